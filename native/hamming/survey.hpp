// How full the buckets near a query are, and how many of their entries would pass the filter.
#pragma once

#include "ball.hpp"
#include "costs.hpp"
#include "segment.hpp"

namespace doorward::hamming {

// Counts are exact. Survivors are estimated: an ordinary bucket is taken to hold random neighbours, and
// of those that are far fuller than the average some are looked into.
class Survey {
   public:
    // Looks at all keys within `reach` bits (at most kMaxThreshold) of the query in every chunk.
    // Throws CorruptIndex.
    Survey(const Segment& segment, const Hash& query, int reach);

    // Nanoseconds to search chunk `chunk` as far as `threshold` (-1: not at all), if the next chunk's
    // threshold is `neighbour`.
    double cost(const Costs& costs, unsigned chunk, int threshold, int neighbour) const;

    // The most buckets that are looked into at one distance, in one chunk.
    static constexpr unsigned kMostSamples = 8;

   private:
    static constexpr std::size_t kDistances = kMaxThreshold + 1;

    // All buckets of one chunk at one distance from the query.
    struct Ring {
        std::uint64_t keys = 0;
        std::uint64_t ordinary = 0;   // entries of ordinary buckets
        std::uint64_t crowded = 0;    // entries of crowded ones
        std::uint64_t looked_at = 0;  // of those: how many were looked at …
        std::array<std::uint64_t, kChunkBits + 1> by_distance{};  // … and how far their neighbours are
        unsigned samples = 0;

        double survivors(int limit) const;
    };

    void add(const Segment& segment, const Hash& query, unsigned chunk, const Bucket& bucket, Ring& ring);
    static void sample(const std::uint16_t* nexts, std::uint16_t wanted, const Bucket& bucket, Ring& ring);

    std::array<std::array<Ring, kDistances>, kChunks> rings_{};
    std::uint32_t crowded_size_;  // a bucket fuller than this is crowded
};

}  // namespace doorward::hamming
