#include "ball.hpp"

#include "bits.hpp"

namespace doorward::hamming {
namespace {

Ball make_ball() {
    std::array<std::vector<std::uint16_t>, kMaxThreshold + 1> by_distance;
    for (unsigned mask = 0; mask < kKeys; ++mask) {
        const unsigned distance = popcount16(static_cast<std::uint16_t>(mask));
        if (distance < by_distance.size()) {
            by_distance[distance].push_back(static_cast<std::uint16_t>(mask));
        }
    }
    Ball made{};
    for (std::size_t distance = 0; distance < by_distance.size(); ++distance) {
        made.offsets[distance] = made.masks.size();
        made.masks.insert(made.masks.end(), by_distance[distance].begin(), by_distance[distance].end());
    }
    made.offsets[by_distance.size()] = made.masks.size();
    return made;
}

}  // namespace

const Ball& ball() {
    static const Ball once = make_ball();
    return once;
}

}  // namespace doorward::hamming
