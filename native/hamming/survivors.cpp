#include "survivors.hpp"

#include <algorithm>

#include "prefetch.hpp"

namespace doorward::hamming {
namespace {

// Entries filtered in one call: bounds what one call can add to the places, however full a bucket is.
constexpr std::uint32_t kPiece = 4096;

// How many probes ahead a bucket is asked for, and how much of it. Measured at 17 million hashes,
// where a bucket is about nine lines; what is long is fetched by the processor's own prefetcher.
constexpr std::size_t kProbesAhead = 4;
constexpr std::size_t kBytesAhead = 1024;

void expect(const std::uint16_t* nexts, const Bucket& bucket) {
    const char* first = reinterpret_cast<const char*>(nexts + bucket.begin);
    const std::size_t bytes = std::min(kBytesAhead, bucket.size() * sizeof(*nexts));
    for (std::size_t offset = 0; offset < bytes; offset += kLineBytes) {
        prefetch(first + offset);
    }
    prefetch(first + bytes - 1);  // the line that an unaligned end reaches into
}

}  // namespace

void Survivors::filter_bucket(const Segment& segment, const Kernels& kernels, unsigned chunk,
                              const Probe& probe, std::uint16_t wanted) {
    const std::uint16_t* nexts = segment.nexts_of(chunk);
    for (std::uint32_t begin = probe.bucket.begin; begin < probe.bucket.end;) {
        const std::uint32_t end = begin + std::min(kPiece, probe.bucket.end - begin);
        if (places.size() < count + kPiece) {
            places.resize(2 * count + kPiece);
        }
        const std::size_t before = count;
        count += kernels.filter(nexts, begin, end, segment.readable(chunk), wanted, probe.limit,
                                places.data() + count);
        for (std::size_t i = before; i < count; ++i) {
            prefetch(segment.row_place(chunk, places[i]));
        }
        begin = end;
    }
}

bool Survivors::collect(const Segment& segment, const Kernels& kernels, const Hash& query,
                        const Probes& probes, std::size_t most) {
    count = 0;
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        offsets[chunk] = count;
        const std::uint16_t wanted = chunk_of(query.data(), next_chunk(chunk));
        const std::size_t end = probes.offsets[chunk + 1];
        for (std::size_t i = probes.offsets[chunk]; i < end; ++i) {
            if (i + kProbesAhead < end) {
                expect(segment.nexts_of(chunk), probes.list[i + kProbesAhead].bucket);
            }
            filter_bucket(segment, kernels, chunk, probes.list[i], wanted);
            if (count > most) {
                return false;
            }
        }
    }
    offsets[kChunks] = count;
    return true;
}

}  // namespace doorward::hamming
