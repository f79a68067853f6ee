// What searches decided, counted for whoever watches them.
#pragma once

#include <atomic>
#include <cstdint>

namespace doorward::hamming {

enum class Decision : std::uint8_t {
    kIndexed,    // answered from the tables, thresholds even
    kReplanned,  // answered from the tables, thresholds chosen to go round crowded buckets
    kScanned,    // every hash compared, since that was expected to be cheaper
    kAbandoned,  // begun with the tables, then every hash compared
};

constexpr std::size_t kDecisions = 4;

// Counts of all threads; reading them while searches run gives numbers of about the same moment.
class Decisions {
   public:
    // `work`: what the search cost by the calibrated prices, as a multiple of a scan.
    void record(Decision decision, double work) {
        counts_[static_cast<std::size_t>(decision)].fetch_add(1, std::memory_order_relaxed);
        double worst = worst_.load(std::memory_order_relaxed);
        while (work > worst && !worst_.compare_exchange_weak(worst, work, std::memory_order_relaxed)) {
        }
    }

    std::uint64_t count(Decision decision) const {
        return counts_[static_cast<std::size_t>(decision)].load(std::memory_order_relaxed);
    }
    double worst() const { return worst_.load(std::memory_order_relaxed); }

   private:
    std::atomic<std::uint64_t> counts_[kDecisions] = {};
    std::atomic<double> worst_{0.0};
};

}  // namespace doorward::hamming
