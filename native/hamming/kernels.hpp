// The loops that are written once for each instruction set.
#pragma once

#include "layout.hpp"

namespace doorward::hamming {

// A hash within the radius: its row, and in how many bits it differs.
struct Hit {
    std::uint32_t row;
    std::uint16_t distance;
};

// One set of machine instructions. All sets give the same answers (self_test.hpp).
struct Kernels {
    const char* name;

    // The neighbour filter. Writes to `found` the places p, begin <= p < end, in ascending order, at
    // which nexts[p] differs from `wanted` in at most `limit` bits, and returns how many they are.
    // May read, but not use, entries after `end` and before `readable`. `found` holds end - begin.
    std::size_t (*filter)(const std::uint16_t* nexts, std::size_t begin, std::size_t end,
                          std::size_t readable, std::uint16_t wanted, unsigned limit,
                          std::uint32_t* found);

    // Writes to `hits`, in ascending order, the rows in begin <= row < end within `radius` of the
    // query, and returns how many they are. `hits` holds end - begin.
    std::size_t (*scan)(const std::uint64_t* query, const std::uint64_t* hashes, std::size_t begin,
                        std::size_t end, unsigned radius, Hit* hits);

    // Writes to distances[i] how far the hash of row rows[i] is from the query. The rows may lie
    // anywhere; their memory should have been asked for.
    void (*gather)(const std::uint64_t* query, const std::uint64_t* hashes, const std::uint32_t* rows,
                   std::size_t count, std::uint16_t* distances);

    // Writes to distances[i] how far hashes[i] is from the query; 32 bytes each, any alignment.
    void (*distances)(const std::uint8_t* query, const std::uint8_t* hashes, std::size_t count,
                      std::uint16_t* distances);
};

extern const Kernels kPortable;
#if defined(DOORWARD_X86_KERNELS)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#endif

}  // namespace doorward::hamming
