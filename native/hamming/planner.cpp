#include "planner.hpp"

#include <algorithm>
#include <limits>

namespace doorward::hamming {
namespace {

// The bits that all thresholds share out, sum (t + 1), are 0 … radius + 1.
constexpr std::size_t kMaxBits = kMaxIndexedRadius + 1;
constexpr std::size_t kShares = kMaxBits + 1;
constexpr std::size_t kChoices = kMaxThreshold + 2;  // thresholds -1 … kMaxThreshold

static_assert(kChunks * (kMaxThreshold + 1) >= kMaxBits, "the largest radius must have a plan");
static_assert(kShares == 65 && kChoices == 6);

// The even threshold, rounded up: what a neighbour is taken to have.
int usual_threshold(unsigned radius) { return static_cast<int>(radius / kChunks); }

// For each way to hand out bits to the first so many chunks: the least cost, and the last chunk's part.
struct Table {
    std::array<std::array<double, kShares>, kChunks + 1> cost;
    std::array<std::array<std::size_t, kShares>, kChunks + 1> last{};

    Table() {
        for (auto& row : cost) {
            row.fill(std::numeric_limits<double>::infinity());
        }
        cost[0][0] = 0;
    }
};

}  // namespace

int planning_reach(unsigned radius) { return std::min(kMaxThreshold, usual_threshold(radius) + 2); }

double planning_cost(const Costs& costs, unsigned radius) {
    constexpr double kChoosing = 20'000;  // nanoseconds for cheapest_plan itself, generously
    const auto rings = static_cast<std::size_t>(planning_reach(radius)) + 1;
    return static_cast<double>(kChunks * ball().offsets[rings]) * costs.key_ns +
           static_cast<double>(kChunks * rings * Survey::kMostSamples) * costs.probe_ns + kChoosing;
}

Plan cheapest_plan(const Survey& survey, const Costs& costs, unsigned radius) {
    const std::size_t bits = radius + 1;
    const auto choices = static_cast<std::size_t>(planning_reach(radius)) + 2;
    Table table;
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        for (std::size_t share = 0; share < choices; ++share) {
            const double cost =
                survey.cost(costs, chunk, static_cast<int>(share) - 1, usual_threshold(radius));
            for (std::size_t before = 0; before + share <= bits; ++before) {
                const double total = table.cost[chunk][before] + cost;
                if (total < table.cost[chunk + 1][before + share]) {
                    table.cost[chunk + 1][before + share] = total;
                    table.last[chunk + 1][before + share] = share;
                }
            }
        }
    }
    Plan plan{{}, table.cost[kChunks][bits]};
    std::size_t left = bits;
    for (unsigned chunk = kChunks; chunk > 0; --chunk) {
        const std::size_t share = table.last[chunk][left];
        plan.thresholds.at[chunk - 1] = static_cast<int>(share) - 1;
        left -= share;
    }
    return plan;
}

}  // namespace doorward::hamming
