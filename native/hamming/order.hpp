// The order of answers.
#pragma once

#include <cstdint>
#include <vector>

namespace doorward::hamming {

// A live pair within the radius: the id, and how far its hash is from the query.
struct Answer {
    std::uint64_t id;
    std::uint16_t distance;
};

// Orders the answers from `first` on by distance, then id.
void order(std::vector<Answer>& answers, std::size_t first);

}  // namespace doorward::hamming
