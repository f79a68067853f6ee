// The fixed permutation of a hash's bits.
//
// Neighbouring bits of a perceptual hash depend on each other, and chunks of dependent bits make
// uneven buckets. A permutation drawn once at random spreads them; one learnt from data gains nothing
// worth having. It is part of the file format; distances do not change under it.
#pragma once

#include "layout.hpp"

namespace doorward::hamming {

class Permutation {
   public:
    // `places[8 * b + j]` is the place to which bit j (from the least significant) of byte b goes.
    // Throws std::invalid_argument if two bits go to one place.
    explicit Permutation(const std::uint8_t* places);

    // The permuted hash of 32 bytes, as words.
    Hash operator()(const std::uint8_t* hash) const;

   private:
    static constexpr std::size_t kNibbles = 2 * kHashBytes;
    // What the four bits of each nibble become, for each of its 16 values: 32 KB, so that it stays in
    // the first level of the cache. A hash is then the OR of 64 of these.
    std::array<std::array<Hash, 16>, kNibbles> images_;
};

// Writes the permuted form of `count` hashes of 32 bytes to `out`, four words each.
void permute(const Permutation& permutation, const std::uint8_t* hashes, std::size_t count,
             std::uint64_t* out);

}  // namespace doorward::hamming
