// The buckets that a search looks into.
#pragma once

#include <vector>

#include "segment.hpp"
#include "thresholds.hpp"

namespace doorward::hamming {

struct Probe {
    Bucket bucket;
    std::uint16_t chunk;
    std::uint16_t limit;  // how far the next chunk may be from the query's
};

struct Probes {
    std::vector<Probe> list;       // chunk by chunk; empty buckets are left out
    std::uint64_t keys = 0;        // buckets looked up, empty ones too
    std::uint64_t candidates = 0;  // entries in all buckets of `list`

    // Fills in the buckets within the thresholds of the query. Throws CorruptIndex.
    void collect(const Segment& segment, const Hash& query, const Thresholds& thresholds);
};

// Buckets within the thresholds of any query.
std::uint64_t keys_within(const Thresholds& thresholds);

}  // namespace doorward::hamming
