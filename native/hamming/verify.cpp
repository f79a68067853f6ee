#include "verify.hpp"

#include <algorithm>

#include "prefetch.hpp"

namespace doorward::hamming {
namespace {

constexpr std::size_t kBlock = 256;  // hashes asked for while those before them are compared

// Few survivors have been asked for already when they were found; many have been forgotten since.
void expect(const Segment& segment, const std::uint32_t* rows, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        prefetch(segment.hash(rows[i]));
    }
}

}  // namespace

void verify(const Segment& segment, const Kernels& kernels, const Hash& query,
            const Thresholds& thresholds, const Survivors& survivors, unsigned radius,
            std::vector<Hit>& hits) {
    std::array<std::uint16_t, kBlock> distances;
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        const std::size_t end = survivors.begin(chunk + 1);
        for (std::size_t begin = survivors.begin(chunk); begin < end; begin += kBlock) {
            const std::uint32_t* rows = survivors.rows() + begin;
            const std::size_t count = std::min(kBlock, end - begin);
            expect(segment, rows + count, std::min(kBlock, end - begin - count));
            kernels.gather(query.data(), segment.hashes, rows, count, distances.data());
            for (std::size_t i = 0; i < count; ++i) {
                if (distances[i] <= radius &&
                    answering_chunk(thresholds, segment.hash(rows[i]), query.data()) == chunk) {
                    hits.push_back({rows[i], distances[i]});
                }
            }
        }
    }
}

}  // namespace doorward::hamming
