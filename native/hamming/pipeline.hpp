// Three dependent steps for many items, each step so far behind the one before it that what that one
// asked memory for has arrived.
#pragma once

#include <algorithm>
#include <cstddef>

namespace doorward::hamming {

template <typename First, typename Second, typename Third>
void in_three_steps(std::size_t count, const First& first, const Second& second, const Third& third) {
    constexpr std::size_t kBehind = 32;
    const std::size_t behind = std::min(kBehind, count);
    for (std::size_t i = 0; i < count + 2 * behind; ++i) {
        if (i < count) {
            first(i);
        }
        if (i >= behind && i < count + behind) {
            second(i - behind);
        }
        if (i >= 2 * behind) {
            third(i - 2 * behind);
        }
    }
}

}  // namespace doorward::hamming
