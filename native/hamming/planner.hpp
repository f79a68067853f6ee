// Thresholds that go round crowded buckets.
#pragma once

#include "survey.hpp"
#include "thresholds.hpp"

namespace doorward::hamming {

struct Plan {
    Thresholds thresholds;
    double cost_ns;  // estimated
};

// How far a survey for a plan of this radius must look.
int planning_reach(unsigned radius);

// What the survey for a plan costs at most, in nanoseconds, before it is made.
double planning_cost(const Costs& costs, unsigned radius);

// Of all thresholds with sum (t + 1) = radius + 1 and each within the survey's reach, those that the
// survey expects to cost least. Every such choice finds everything (thresholds.hpp). radius at most
// kMaxIndexedRadius.
Plan cheapest_plan(const Survey& survey, const Costs& costs, unsigned radius);

}  // namespace doorward::hamming
