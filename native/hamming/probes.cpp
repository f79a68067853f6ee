#include "probes.hpp"

#include "ball.hpp"

namespace doorward::hamming {

void Probes::collect(const Segment& segment, const Hash& query, const Thresholds& thresholds) {
    const Ball& keys_near = ball();
    list.clear();
    keys = 0;
    candidates = 0;
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        offsets[chunk] = list.size();
        const std::uint16_t key = chunk_of(query.data(), chunk);
        for (int distance = 0; distance <= thresholds[chunk]; ++distance) {
            const auto limit = static_cast<std::uint32_t>(thresholds.neighbour_limit(chunk, distance));
            const auto nearest = static_cast<std::size_t>(distance);
            for (std::size_t i = keys_near.offsets[nearest]; i < keys_near.offsets[nearest + 1]; ++i) {
                const Bucket bucket =
                    segment.bucket(chunk, static_cast<std::uint16_t>(key ^ keys_near.masks[i]));
                ++keys;
                if (bucket.size() != 0) {
                    candidates += bucket.size();
                    list.push_back({bucket, limit});
                }
            }
        }
    }
    offsets[kChunks] = list.size();
}

}  // namespace doorward::hamming
