#include "verify.hpp"

#include "pipeline.hpp"
#include "prefetch.hpp"

namespace doorward::hamming {

void verify(const Segment& segment, const Kernels& kernels, const Hash& query,
            const Thresholds& thresholds, const Survivors& survivors, unsigned radius,
            std::vector<Hit>& hits) {
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        const std::uint32_t* places = survivors.places() + survivors.begin(chunk);
        in_three_steps(
            survivors.begin(chunk + 1) - survivors.begin(chunk),
            [&](std::size_t i) { prefetch(segment.row_place(chunk, places[i])); },
            [&](std::size_t i) { prefetch(segment.hash(segment.row(chunk, places[i]))); },
            [&](std::size_t i) {
                const std::uint32_t row = segment.row(chunk, places[i]);
                std::uint16_t distance = 0;
                kernels.gather(query.data(), segment.hashes, &row, 1, &distance);
                if (distance <= radius &&
                    answering_chunk(thresholds, segment.hash(row), query.data()) == chunk) {
                    hits.push_back({row, distance});
                }
            });
    }
}

}  // namespace doorward::hamming
