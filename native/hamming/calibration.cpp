// Each step is timed over several stretches of the segment that lie far apart and have not been read
// before, and the shortest time counts: what disturbs a measurement (another process, an interrupt)
// only ever makes it longer. Pages are touched first, so that the cost of mapping them, which is paid
// once, is not taken for the cost of reading.
#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

#include "costs.hpp"
#include "numbers.hpp"
#include "prefetch.hpp"
#include "survivors.hpp"

namespace doorward::hamming {
namespace {

constexpr std::size_t kLeastSize = 8192;   // hashes: below this nothing is measured
constexpr unsigned kRounds = 8;
constexpr std::size_t kScanned = 4096;     // hashes in a round
constexpr std::size_t kFiltered = 32768;   // entries in a round
constexpr std::size_t kFetched = 512;      // rows, and hashes, in a round
constexpr std::uint32_t kLongest = 512;    // entries of one bucket: a hot one would take all the time
constexpr std::uintptr_t kPage = 4096;

constexpr std::uint64_t kSeed = 0x9e3779b97f4a7c15u;

// Reads one byte of each page from `begin` to `end`.
void touch(const void* begin, const void* end) {
    const auto last = reinterpret_cast<std::uintptr_t>(end);
    volatile std::uint8_t sink = 0;
    for (auto at = reinterpret_cast<std::uintptr_t>(begin); at < last; at = (at / kPage + 1) * kPage) {
        sink = *reinterpret_cast<const std::uint8_t*>(at);
    }
    (void)sink;
}

template <typename Work>
double nanoseconds(const Work& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::nano> passed = std::chrono::steady_clock::now() - begin;
    return passed.count();
}

class Calibration {
   public:
    Calibration(const Segment& segment, const Kernels& kernels) : segment_(segment), kernels_(kernels) {
        rows_.resize(kFetched);
        distances_.resize(kFetched);
        hits_.resize(kScanned);
        found_.resize(kFiltered);
    }

    Costs measure() {
        costs_.scan_ns = least(&Calibration::scan);
        costs_.candidate_ns = least(&Calibration::filter);
        costs_.verify_ns = least(&Calibration::fetch_rows) + least(&Calibration::fetch_hashes);
        touch(segment_.starts, segment_.starts + kChunks * kStarts);
        costs_.key_ns = least(&Calibration::look_up);
        costs_.probe_ns = costs_.key_ns + std::max(0.0, least(&Calibration::begin_bucket));
        return costs_;
    }

   private:
    // The shortest of several rounds; each returns nanoseconds for one unit of its work.
    double least(double (Calibration::*round)()) {
        double shortest = std::numeric_limits<double>::infinity();
        for (unsigned i = 0; i < kRounds; ++i) {
            shortest = std::min(shortest, (this->*round)());
        }
        return shortest;
    }

    double scan() {
        const std::size_t count = std::min<std::size_t>(kScanned, segment_.size);
        const std::size_t begin = number_.below(segment_.size - count + 1);
        touch(segment_.hash(begin), segment_.hash(begin + count));
        const Hash query = some_query();
        return nanoseconds([&] {
                   kernels_.scan(query.data(), segment_.hashes, begin, begin + count, 31, hits_.data());
               }) / static_cast<double>(count);
    }

    double filter() {
        const std::size_t all = std::size_t{kChunks} * segment_.size;
        const std::size_t count = std::min(kFiltered, all);
        const std::size_t begin = number_.below(all - count + 1);
        touch(segment_.nexts + begin, segment_.nexts + begin + count);
        const auto wanted = static_cast<std::uint16_t>(number_());
        return nanoseconds([&] {
                   kernels_.filter(segment_.nexts, begin, begin + count, all, wanted, 2, found_.data());
               }) / static_cast<double>(count);
    }

    double fetch_rows() {
        std::array<const std::uint32_t*, kFetched> places{};
        for (const std::uint32_t*& place : places) {
            place = segment_.rows + number_.below(std::size_t{kChunks} * segment_.size);
            touch_page_of(place, segment_.rows);
        }
        return nanoseconds([&] {
                   for (const std::uint32_t* place : places) {
                       prefetch(place);
                   }
                   for (std::size_t i = 0; i < kFetched; ++i) {
                       rows_[i] = *places[i];
                   }
               }) / static_cast<double>(kFetched);
    }

    double fetch_hashes() {
        for (std::uint32_t& row : rows_) {
            row = static_cast<std::uint32_t>(number_.below(segment_.size));
            touch_page_of(segment_.hash(row), segment_.hashes);
        }
        const Hash query = some_query();
        return nanoseconds([&] {
                   for (const std::uint32_t row : rows_) {
                       prefetch(segment_.hash(row));
                   }
                   kernels_.gather(query.data(), segment_.hashes, rows_.data(), kFetched, distances_.data());
               }) / static_cast<double>(kFetched);
    }

    double look_up() {
        const Hash query = some_query();
        const double passed = nanoseconds([&] { probes_.collect(segment_, query, thresholds_of(2)); });
        return passed / static_cast<double>(probes_.keys);
    }

    // What a bucket costs besides its look-up and its entries.
    double begin_bucket() {
        const Hash query = some_query();
        probes_.collect(segment_, query, thresholds_of(1));
        double entries = 0;
        for (Probe& probe : probes_.list) {
            const std::uint16_t* nexts = segment_.nexts_of(probe.chunk);
            probe.bucket.end = std::min(probe.bucket.end, probe.bucket.begin + kLongest);
            touch_page_of(nexts + probe.bucket.begin, segment_.nexts);
            touch_page_of(nexts + probe.bucket.end - 1, segment_.nexts);
            entries += probe.bucket.size();
        }
        if (probes_.list.empty()) {
            return std::numeric_limits<double>::infinity();
        }
        const double passed = nanoseconds([&] {
            survivors_.collect(segment_, kernels_, query, probes_, std::numeric_limits<std::size_t>::max());
        });
        return (passed - entries * costs_.candidate_ns) / static_cast<double>(probes_.list.size());
    }

    // Chunks that occur, each from another hash: like a query that matches nothing.
    Hash some_query() {
        Hash query{};
        for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
            const std::uint64_t key = chunk_of(segment_.hash(number_.below(segment_.size)), chunk);
            query[chunk / kChunksInWord] |= key << (kChunkBits * (chunk % kChunksInWord));
        }
        return query;
    }

    static Thresholds thresholds_of(int threshold) {
        Thresholds thresholds{};
        thresholds.at.fill(threshold);
        return thresholds;
    }

    // Maps the page of a value by reading the page's first byte: another line than the value's, mostly.
    static void touch_page_of(const void* value, const void* array) {
        const auto begin = reinterpret_cast<std::uintptr_t>(array);
        const std::uintptr_t page = reinterpret_cast<std::uintptr_t>(value) / kPage * kPage;
        const auto at = reinterpret_cast<const std::uint8_t*>(std::max(page, begin));
        touch(at, at + 1);
    }

    const Segment& segment_;
    const Kernels& kernels_;
    Numbers number_{kSeed};
    Probes probes_;
    Survivors survivors_;
    Costs costs_;
    std::vector<std::uint32_t> rows_;
    std::vector<std::uint16_t> distances_;
    std::vector<Hit> hits_;
    std::vector<std::uint32_t> found_;
};

}  // namespace

Costs calibrate(const Segment& segment, const Kernels& kernels) {
    if (segment.size < kLeastSize) {
        return {};
    }
    try {
        return Calibration(segment, kernels).measure();
    } catch (const CorruptIndex&) {
        return {};  // whoever searches will be told
    }
}

}  // namespace doorward::hamming
