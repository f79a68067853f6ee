#include "search.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "verify.hpp"

namespace doorward::hamming {

Search::Search(const Segment& segment, const Kernels& kernels, const Costs& costs, const Hash& query,
               unsigned radius, Scratch& scratch, double spent_ns)
    : segment_(segment),
      kernels_(kernels),
      costs_(costs),
      query_(query),
      radius_(radius),
      scratch_(scratch),
      scan_ns_(costs.scan_ns * static_cast<double>(segment.size)),
      streamed_ns_(spent_ns) {}

Decision Search::run() {
    scratch_.hits.clear();
    if (radius_ > kMaxIndexedRadius) {
        scan();
        return Decision::kScanned;
    }
    const double planning_ns = planning_cost(costs_, radius_);
    const bool may_plan = planning_ns <= kSurveyShare * scan_ns_;
    // As with buying rather than renting: a plan is made when not having one has cost as much.
    const double affordable = may_plan ? planning_ns : scan_ns_;
    Attempt last = attempt(even(segment_, query_, radius_), affordable / costs_.verify_ns);
    if (last == Attempt::kAnswered) {
        return Decision::kIndexed;
    }
    bool begun = last == Attempt::kGaveUp;
    if (may_plan) {
        last = attempt_with_plan();
        if (last == Attempt::kAnswered) {
            return Decision::kReplanned;
        }
        begun = begun || last == Attempt::kGaveUp;
    }
    scan();
    return begun ? Decision::kAbandoned : Decision::kScanned;
}

Thresholds Search::even(const Segment& segment, const Hash& query, unsigned radius) {
    std::array<unsigned, kChunks> order{};
    std::iota(order.begin(), order.end(), 0u);
    if ((radius + 1) % kChunks != 0) {
        std::array<std::uint32_t, kChunks> sizes{};
        for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
            sizes[chunk] = segment.bucket(chunk, chunk_of(query.data(), chunk)).size();
        }
        std::sort(order.begin(), order.end(),
                  [&](unsigned a, unsigned b) { return sizes[a] != sizes[b] ? sizes[a] < sizes[b] : a < b; });
    }
    return even_thresholds(radius, order);
}

bool Search::too_dear(double keys, double candidates) const {
    const double stream_ns = keys * costs_.probe_ns + candidates * costs_.candidate_ns;
    return streamed_ns_ + stream_ns > kStreamShare * scan_ns_;
}

Search::Attempt Search::attempt(const Thresholds& thresholds, double affordable_survivors) {
    if (too_dear(static_cast<double>(keys_within(thresholds)), 0)) {
        return Attempt::kTooDear;  // a small segment, mostly
    }
    Probes& probes = scratch_.probes;
    probes.collect(segment_, query_, thresholds);
    const auto keys = static_cast<double>(probes.keys);
    const auto candidates = static_cast<double>(probes.candidates);
    if (too_dear(keys, candidates)) {
        streamed_ns_ += keys * costs_.key_ns;
        return Attempt::kTooDear;
    }
    streamed_ns_ += keys * costs_.probe_ns + candidates * costs_.candidate_ns;
    // A double may be too large for a number of survivors; there are never more than candidates.
    const auto most = static_cast<std::size_t>(std::min(affordable_survivors, candidates));
    if (!scratch_.survivors.collect(segment_, kernels_, query_, probes, most)) {
        other_ns_ += static_cast<double>(Survivors::eager(most)) * costs_.verify_ns;
        return Attempt::kGaveUp;
    }
    other_ns_ += static_cast<double>(scratch_.survivors.size()) * costs_.verify_ns;
    verify(segment_, kernels_, query_, thresholds, scratch_.survivors, radius_, scratch_.hits);
    return Attempt::kAnswered;
}

Search::Attempt Search::attempt_with_plan() {
    const Survey survey(segment_, query_, planning_reach(radius_));
    const Plan plan = cheapest_plan(survey, costs_, radius_);
    other_ns_ += planning_cost(costs_, radius_);
    if (plan.cost_ns > scan_ns_) {
        return Attempt::kTooDear;
    }
    return attempt(plan.thresholds, scan_ns_ / costs_.verify_ns);
}

void Search::scan() {
    other_ns_ += scan_ns_;
    hamming::scan(segment_, kernels_, query_, radius_, scratch_.hits);
}

double Search::work() const { return scan_ns_ > 0 ? (streamed_ns_ + other_ns_) / scan_ns_ : 0; }

void scan(const Segment& segment, const Kernels& kernels, const Hash& query, unsigned radius,
          std::vector<Hit>& hits) {
    constexpr std::size_t kPiece = 4096;  // room for hits is made piece by piece
    std::size_t found = 0;
    for (std::size_t begin = 0; begin < segment.size; begin += kPiece) {
        const std::size_t end = std::min<std::size_t>(segment.size, begin + kPiece);
        if (hits.size() < found + kPiece) {
            hits.resize(2 * found + kPiece);
        }
        found += kernels.scan(query.data(), segment.hashes, begin, end, radius, hits.data() + found);
    }
    hits.resize(found);
}

}  // namespace doorward::hamming
