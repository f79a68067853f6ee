// How far from the query each chunk is searched, and which chunk answers for a hash.
//
// Let d_i be the bits in which chunk i of a hash differs from the query's, and let thresholds
// t_i >= -1 satisfy sum (t_i + 1) = radius + 1. With e_i = d_i - (t_i + 1), a hash within the radius
// has sum e_i <= -1. Go round the circle of chunks and note the running sum of e: right after the last
// time that it stands at its highest, every further sum round the circle stays below zero (the cycle
// lemma: Dvoretzky and Motzkin, "A problem of arrangements", 1947). So for some chunk i
//
//     e_i < 0  and  e_i + e_{i+1} < 0,    that is    d_i <= t_i  and  d_i + d_{i+1} <= t_i + t_{i+1} + 1.
//
// The first half alone is multi-index hashing (Norouzi, Punjani, Fleet, "Fast search in Hamming space
// with multi-index hashing", 2012); both together are the first two steps of the pigeonring principle
// (Qin and Xiao, "Pigeonring: a principle for faster thresholded similarity search", 2018).
#pragma once

#include "layout.hpp"

namespace doorward::hamming {

constexpr unsigned kMaxIndexedRadius = 63;  // above this a search reads every hash

struct Thresholds {
    std::array<int, kChunks> at;  // -1: this chunk is not looked at

    int operator[](unsigned chunk) const { return at[chunk]; }

    // How far the next chunk may be from the query's where chunk `chunk` is `distance` away.
    // Never negative while distance <= at[chunk].
    int neighbour_limit(unsigned chunk, int distance) const {
        return at[chunk] + at[next_chunk(chunk)] + 1 - distance;
    }
};

// Thresholds as even as they can be; the chunks of `first` that come first get the bits left over.
Thresholds even_thresholds(unsigned radius, const std::array<unsigned, kChunks>& first);

// Of all chunks that satisfy the two conditions for this hash, the lowest; kChunks if none does. Each
// search finds a hash once for every such chunk and reports it for this one only, so nothing needs to
// be remembered.
unsigned answering_chunk(const Thresholds& thresholds, const std::uint64_t* hash,
                         const std::uint64_t* query);

}  // namespace doorward::hamming
