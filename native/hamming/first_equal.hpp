// Which hashes are equal: a hash table that an adversary cannot fill with collisions.
#pragma once

#include "layout.hpp"

namespace doorward::hamming {

// Writes to first[i] the lowest row whose four words equal those of row i (i itself if there is none
// before). `seed` keys the table: whoever chooses the hashes must not know it. count < 2^32.
void first_equal(const std::uint64_t* hashes, std::size_t count, std::uint64_t seed,
                 std::uint32_t* first);

}  // namespace doorward::hamming
