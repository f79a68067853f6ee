#include "columns.hpp"

namespace doorward::pdq {

Columns::Columns(const Kernels& kernels, std::size_t height, std::size_t length, bool reversed)
    : kernels_(kernels), length_(length) {
    for (Part& part : parts_of(height, reversed)) {
        parts_.push_back({std::move(part), {}});
    }
}

void Columns::add(Open& open, const Rows& rows, std::size_t count) {
    const Part& part = open.part;
    RowWeights weights{};
    bool any = false;
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t row = next_row_ + k;
        if (row >= part.begin && row < part.end()) {
            weights[k] = part.weights[row - part.begin];
            any = true;
        }
    }
    if (!any) {
        return;
    }
    if (open.sums.empty()) {
        if (!free_.empty()) {
            open.sums = std::move(free_.back());
            free_.pop_back();
        }
        open.sums.assign(length_, 0);
    }
    kernels_.add_rows(rows, weights, open.sums.data(), length_);
}

}  // namespace doorward::pdq
