// What the parts of the exact range search share: how a hash is cut up, and the name of its faults.
//
// A hash is 256 bits, permuted (permutation.hpp), as four little-endian words. Chunk i of it is its
// bits 16 i … 16 i + 15; the chunks stand in a circle, so that chunk 0 follows chunk 15.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace doorward::hamming {

constexpr unsigned kHashBits = 256;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kWords = 4;
constexpr unsigned kChunks = 16;
constexpr unsigned kChunkBits = 16;
constexpr unsigned kChunksInWord = 4;
constexpr std::size_t kKeys = std::size_t{1} << kChunkBits;  // values that a chunk can have
constexpr std::size_t kStarts = kKeys + 1;                   // where each key's bucket begins, and the end

static_assert(kWords * 64 == kHashBits && kHashBytes * 8 == kHashBits);
static_assert(kChunks * kChunkBits == kHashBits && kChunksInWord * kChunkBits == 64);

using Hash = std::array<std::uint64_t, kWords>;

// Chunk number `chunk` of the hash at `words`.
inline std::uint16_t chunk_of(const std::uint64_t* words, unsigned chunk) {
    return static_cast<std::uint16_t>(words[chunk / kChunksInWord] >>
                                      (kChunkBits * (chunk % kChunksInWord)));
}

inline unsigned next_chunk(unsigned chunk) { return (chunk + 1) % kChunks; }

// The tables contradict themselves: a file that is damaged, or made by somebody hostile.
class CorruptIndex : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
};

}  // namespace doorward::hamming
