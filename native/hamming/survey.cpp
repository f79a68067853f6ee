#include "survey.hpp"

#include <algorithm>

#include "bits.hpp"

namespace doorward::hamming {
namespace {

constexpr std::uint32_t kCrowdedTimes = 4;     // as full as so many average buckets …
constexpr std::uint32_t kCrowdedAtLeast = 64;  // … and at least so full
constexpr std::uint32_t kStretch = 16;         // entries looked at in one place

// Of all 16-bit values, those that differ from a given one in at most `limit` bits, as a share.
double share_within(int limit) {
    double within = 0;
    double combinations = 1;  // of 16 bits, `bits` chosen
    for (int bits = 0; bits <= limit && bits <= static_cast<int>(kChunkBits); ++bits) {
        within += combinations;
        combinations = combinations * (static_cast<int>(kChunkBits) - bits) / (bits + 1);
    }
    return within / static_cast<double>(kKeys);
}

}  // namespace

Survey::Survey(const Segment& segment, const Hash& query, int reach)
    : crowded_size_(std::max<std::uint32_t>(kCrowdedAtLeast, kCrowdedTimes * (segment.size >> kChunkBits))) {
    const Ball& near = ball();
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        const std::uint16_t key = chunk_of(query.data(), chunk);
        for (std::size_t distance = 0; distance <= static_cast<std::size_t>(reach); ++distance) {
            for (std::size_t i = near.offsets[distance]; i < near.offsets[distance + 1]; ++i) {
                const auto near_key = static_cast<std::uint16_t>(key ^ near.masks[i]);
                add(segment, query, chunk, segment.bucket(chunk, near_key), rings_[chunk][distance]);
            }
        }
    }
}

void Survey::add(const Segment& segment, const Hash& query, unsigned chunk, const Bucket& bucket,
                 Ring& ring) {
    ++ring.keys;
    if (bucket.size() <= crowded_size_) {
        ring.ordinary += bucket.size();
        return;
    }
    ring.crowded += bucket.size();
    if (ring.samples < kMostSamples) {
        ++ring.samples;
        sample(segment.nexts_of(chunk), chunk_of(query.data(), next_chunk(chunk)), bucket, ring);
    }
}

// Two stretches of neighbours, a third and two thirds into the bucket, stand for it all.
void Survey::sample(const std::uint16_t* nexts, std::uint16_t wanted, const Bucket& bucket, Ring& ring) {
    static_assert(kCrowdedAtLeast / 3 >= kStretch, "a stretch must end before its bucket does");
    for (const std::uint32_t begin : {bucket.begin + bucket.size() / 3, bucket.end - bucket.size() / 3}) {
        for (std::uint32_t i = begin; i < begin + kStretch; ++i) {
            ++ring.by_distance[popcount16(static_cast<std::uint16_t>(nexts[i] ^ wanted))];
        }
        ring.looked_at += kStretch;
    }
}

double Survey::Ring::survivors(int limit) const {
    const double by_chance = static_cast<double>(ordinary) * share_within(limit);
    if (looked_at == 0) {
        return by_chance;
    }
    std::uint64_t within = 0;
    for (int bits = 0; bits <= limit && bits <= static_cast<int>(kChunkBits); ++bits) {
        within += by_distance[static_cast<std::size_t>(bits)];
    }
    const double share = static_cast<double>(within) / static_cast<double>(looked_at);
    return by_chance + static_cast<double>(crowded) * share;
}

double Survey::cost(const Costs& costs, unsigned chunk, int threshold, int neighbour) const {
    double total = 0;
    for (int distance = 0; distance <= threshold; ++distance) {
        const Ring& ring = rings_[chunk][static_cast<std::size_t>(distance)];
        total += static_cast<double>(ring.keys) * costs.probe_ns +
                 static_cast<double>(ring.ordinary + ring.crowded) * costs.candidate_ns +
                 ring.survivors(threshold + neighbour + 1 - distance) * costs.verify_ns;
    }
    return total;
}

}  // namespace doorward::hamming
