// Building the tables of a segment from its hashes.
#pragma once

#include "layout.hpp"

namespace doorward::hamming {

// Fills, for `count` hashes (< 2^32 - 1) of four words each:
//   starts  [16][65537]   where the bucket of each key begins in the two arrays below
//   nexts   [16][count]   in bucket order, the value of the next chunk of that hash
//   rows    [16][count]   in bucket order, the row of that hash; ascending within a bucket
void build(const std::uint64_t* hashes, std::size_t count, std::uint32_t* starts, std::uint16_t* nexts,
           std::uint32_t* rows);

}  // namespace doorward::hamming
