// One query's search: which way to find its hashes, and a bound on what that costs.
//
// Let S be the price of comparing every hash. Prices are calibrated (costs.hpp), and the number of
// entries to stream is known from the tables before any is read; only how many of them survive the
// filter is not. So a search
//   1. streams with even thresholds, if that is cheap, and stops when surprisingly much survives;
//   2. then, if S is large enough for it to matter, surveys the buckets around the query and streams
//      with the cheapest thresholds;
//   3. scans, if neither was cheap enough, or if verifying what survived would cost more than S.
// Streaming may cost kStreamShare of S in all, surveying kSurveyShare, what is asked for eagerly at most
// 1/32 of the survivors that are affordable (Survivors::eager), and verifying or scanning at most S. No
// input makes a search cost more than 1.3 S.
#pragma once

#include <vector>

#include "costs.hpp"
#include "decisions.hpp"
#include "planner.hpp"
#include "survivors.hpp"

namespace doorward::hamming {

constexpr double kStreamShare = 0.2;
constexpr double kSurveyShare = 0.06;
static_assert(1 + kStreamShare + kSurveyShare + (1 + kSurveyShare) / 32 < 1.3);

// What one search needs for itself. A thread keeps one and uses it again, so that a search asks for no
// memory.
struct Scratch {
    Probes probes;
    Survivors survivors;
    std::vector<Hit> hits;
};

class Search {
   public:
    // `spent_ns`: what has been spent on this query before; counts as streaming.
    Search(const Segment& segment, const Kernels& kernels, const Costs& costs, const Hash& query,
           unsigned radius, Scratch& scratch, double spent_ns = 0);

    // Leaves in scratch.hits, in no order, every hash within the radius. Throws CorruptIndex.
    Decision run();

    // What was spent, by the calibrated prices, as a multiple of a scan.
    double work() const;

    // Thresholds as even as they can be; those chunks look further whose own bucket is emptier.
    static Thresholds even(const Segment& segment, const Hash& query, unsigned radius);

   private:
    enum class Attempt : std::uint8_t { kAnswered, kTooDear, kGaveUp };

    Attempt attempt(const Thresholds& thresholds, double affordable_survivors);
    Attempt attempt_with_plan();
    bool too_dear(double keys, double candidates) const;
    void scan();

    const Segment& segment_;
    const Kernels& kernels_;
    const Costs& costs_;
    const Hash& query_;
    unsigned radius_;
    Scratch& scratch_;
    double scan_ns_;       // S
    double streamed_ns_;   // spent on looking into buckets so far
    double other_ns_ = 0;  // spent on everything else
};

// Leaves in `hits`, by ascending row, every hash within the radius, by comparing every hash.
void scan(const Segment& segment, const Kernels& kernels, const Hash& query, unsigned radius,
          std::vector<Hit>& hits);

}  // namespace doorward::hamming
