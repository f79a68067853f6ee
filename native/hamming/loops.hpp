// Scan, gather and distances for any way of counting the bits of 256. Included by a source for each
// instruction set, each of which has its own copy (see bits.hpp); plain pointers only, so that no
// function of the standard library is compiled for a processor that others lack.
#pragma once

#include <cstring>

#include "kernels.hpp"

namespace doorward::hamming {
namespace {

// `Count` has a static `differing(const std::uint64_t* a, const std::uint64_t* b)`.
template <typename Count>
struct Loops {
    static std::size_t scan(const std::uint64_t* query, const std::uint64_t* hashes, std::size_t begin,
                            std::size_t end, unsigned radius, Hit* hits) {
        const std::uint64_t wanted[kWords] = {query[0], query[1], query[2], query[3]};
        std::size_t found = 0;
        for (std::size_t row = begin; row < end; ++row) {
            const unsigned distance = Count::differing(hashes + row * kWords, wanted);
            if (distance <= radius) {
                hits[found].row = static_cast<std::uint32_t>(row);
                hits[found].distance = static_cast<std::uint16_t>(distance);
                ++found;
            }
        }
        return found;
    }

    static void gather(const std::uint64_t* query, const std::uint64_t* hashes,
                       const std::uint32_t* rows, std::size_t count, std::uint16_t* distances) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t* hash = hashes + std::size_t{rows[i]} * kWords;
            distances[i] = static_cast<std::uint16_t>(Count::differing(hash, query));
        }
    }

    static void distances(const std::uint8_t* query, const std::uint8_t* hashes, std::size_t count,
                          std::uint16_t* distances) {
        std::uint64_t wanted[kWords];
        std::memcpy(wanted, query, kHashBytes);
        for (std::size_t i = 0; i < count; ++i) {
            std::uint64_t words[kWords];
            std::memcpy(words, hashes + i * kHashBytes, kHashBytes);
            distances[i] = static_cast<std::uint16_t>(Count::differing(words, wanted));
        }
    }
};

}  // namespace
}  // namespace doorward::hamming
