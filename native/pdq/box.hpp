// The reference's box filter, addition by addition.
#pragma once

#include <algorithm>
#include <cstddef>

#include "decimation.hpp"

namespace doorward::pdq {

// Means over a box that slides along a side, by a running sum: at each place first the value ahead is
// added, then the one that has been left behind is taken away. Both round, so the order matters, and
// what was rounded away early on stays in the sum until the end.
//
// Calls emit(place, sum, count) for each place in turn; the mean is sum / count. `Value` is a float or
// several in a register; `in(place)` delivers it.
template <typename Value, typename In, typename Emit>
inline void slide_box(std::size_t side, const In& in, const Emit& emit) {
    const std::size_t window = box_window(side);
    const std::size_t ahead = places_ahead(window);
    const std::size_t behind = window - 1 - ahead;
    Value sum{};
    for (std::size_t k = 0; k < ahead; ++k) {
        sum += in(k);
    }
    std::size_t place = 0;
    for (; place <= behind; ++place) {
        sum += in(place + ahead);
        emit(place, sum, place + ahead + 1);
    }
    for (; place + ahead < side; ++place) {
        sum += in(place + ahead);
        sum -= in(place - behind - 1);
        emit(place, sum, window);
    }
    for (; place < side; ++place) {
        sum -= in(place - behind - 1);
        emit(place, sum, side - (place - behind));
    }
}

}  // namespace doorward::pdq
