#include "verify.hpp"

#include <algorithm>

#include "prefetch.hpp"

namespace doorward::hamming {
namespace {

constexpr std::size_t kBlock = 256;  // hashes asked for at once

}  // namespace

void verify(const Segment& segment, const Kernels& kernels, const Hash& query,
            const Thresholds& thresholds, const Survivors& survivors, unsigned radius,
            std::vector<Hit>& hits) {
    std::array<std::uint32_t, kBlock> rows;
    std::array<std::uint16_t, kBlock> distances;
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        for (std::size_t begin = survivors.offsets[chunk]; begin < survivors.offsets[chunk + 1];) {
            const std::size_t count = std::min(kBlock, survivors.offsets[chunk + 1] - begin);
            for (std::size_t i = 0; i < count; ++i) {
                rows[i] = segment.row(chunk, survivors.places[begin + i]);
                prefetch(segment.hash(rows[i]));
            }
            kernels.gather(query.data(), segment.hashes, rows.data(), count, distances.data());
            for (std::size_t i = 0; i < count; ++i) {
                if (distances[i] <= radius &&
                    answering_chunk(thresholds, segment.hash(rows[i]), query.data()) == chunk) {
                    hits.push_back({rows[i], distances[i]});
                }
            }
            begin += count;
        }
    }
}

}  // namespace doorward::hamming
