// Hamming distance of one 256-bit hash to many, by population count.
#pragma once

#include <cstddef>
#include <cstdint>

namespace doorward {

constexpr std::size_t kHashBytes = 32;

// Writes to distances[i] the number of bits in which hashes[i] (32 bytes, any alignment) differs
// from query, for 0 <= i < count. Each distance is in 0 … 256.
void hamming_distances(const std::uint8_t* query, const std::uint8_t* hashes, std::size_t count,
                       std::uint16_t* distances);

}  // namespace doorward
