#include "nearest.hpp"

#include <algorithm>

namespace doorward::pdq {
namespace {

// The places of a side that are picked when it is read forwards or in reverse, ascending in either case.
std::vector<std::size_t> picked_places(std::size_t side, bool reversed) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < kNearestSide; ++i) {
        const std::size_t place = i * side / kNearestSide;
        places.push_back(reversed ? side - 1 - place : place);
    }
    std::sort(places.begin(), places.end());
    return places;
}

Orientations read_so(bool bottom_up, bool backwards) {
    Orientations all = 0;
    for (const Orientation orientation : kEachOrientation) {
        const Turn turn = turn_to(orientation);
        if (turn.bottom_up == bottom_up && turn.backwards == backwards) {
            all = static_cast<Orientations>(all | only(orientation));
        }
    }
    return all;
}

}  // namespace

Nearest::Nearest(const Shape& shape, Orientations wanted, const MakeHasher& make)
    : shape_(shape), picked_(kNearestSide * shape.channels) {
    for (const bool bottom_up : {false, true}) {
        for (const bool backwards : {false, true}) {
            const auto these = static_cast<Orientations>(wanted & read_so(bottom_up, backwards));
            if (these != 0) {
                ways_.push_back({picked_places(shape.height, bottom_up), picked_places(shape.width, backwards),
                                 make({kNearestSide, kNearestSide, shape.channels}, these), 0});
            }
        }
    }
}

void Nearest::row(const std::uint8_t* pixels) {
    for (Way& way : ways_) {
        if (way.next == kNearestSide || way.rows[way.next] != next_row_) {
            continue;
        }
        for (std::size_t j = 0; j < kNearestSide; ++j) {
            std::copy_n(pixels + way.columns[j] * shape_.channels, shape_.channels,
                        picked_.data() + j * shape_.channels);
        }
        for (; way.next < kNearestSide && way.rows[way.next] == next_row_; ++way.next) {
            way.hasher->row(picked_.data());
        }
    }
    ++next_row_;
}

std::vector<Hash> Nearest::hashes() {
    std::vector<Hash> all;
    for (const Way& way : ways_) {
        const std::vector<Hash> some = way.hasher->hashes();
        all.insert(all.end(), some.begin(), some.end());
    }
    std::sort(all.begin(), all.end(),
              [](const Hash& one, const Hash& other) { return one.orientation < other.orientation; });
    return all;
}

}  // namespace doorward::pdq
