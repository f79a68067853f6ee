#include "probes.hpp"

#include "ball.hpp"
#include "prefetch.hpp"

namespace doorward::hamming {
namespace {

// Calls visit(key) for every key that differs from `key` in `distance` bits.
template <typename Visit>
void for_keys_at(std::uint16_t key, int distance, const Visit& visit) {
    const Ball& near = ball();
    const auto bits = static_cast<std::size_t>(distance);
    for (std::size_t i = near.offsets[bits]; i < near.offsets[bits + 1]; ++i) {
        visit(static_cast<std::uint16_t>(key ^ near.masks[i]));
    }
}

// Asks for where the buckets begin: 4 MB in all, of which a search reads some hundred lines.
void expect(const Segment& segment, const Hash& query, const Thresholds& thresholds) {
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        for (int distance = 0; distance <= thresholds[chunk]; ++distance) {
            for_keys_at(chunk_of(query.data(), chunk), distance,
                        [&](std::uint16_t key) {
                            prefetch(segment.start(chunk, key));
                            prefetch(segment.start(chunk, key) + 1);  // its end may be on the next line
                        });
        }
    }
}

}  // namespace

void Probes::collect(const Segment& segment, const Hash& query, const Thresholds& thresholds) {
    expect(segment, query, thresholds);
    list.clear();
    keys = 0;
    candidates = 0;
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        for (int distance = 0; distance <= thresholds[chunk]; ++distance) {
            const auto limit = static_cast<std::uint16_t>(thresholds.neighbour_limit(chunk, distance));
            for_keys_at(chunk_of(query.data(), chunk), distance, [&](std::uint16_t key) {
                const Bucket bucket = segment.bucket(chunk, key);
                ++keys;
                candidates += bucket.size();
                if (bucket.size() != 0) {
                    list.push_back({bucket, static_cast<std::uint16_t>(chunk), limit});
                }
            });
        }
    }
}

std::uint64_t keys_within(const Thresholds& thresholds) {
    std::uint64_t keys = 0;
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        keys += ball().offsets[static_cast<std::size_t>(thresholds[chunk] + 1)];
    }
    return keys;
}

}  // namespace doorward::hamming
