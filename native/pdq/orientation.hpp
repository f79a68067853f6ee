// The eight orientations as reversals of rows and columns, followed by an exchange of the two.
#pragma once

#include <array>

#include "row_sink.hpp"

namespace doorward::pdq {

constexpr std::array<Orientation, 8> kEachOrientation = {
    Orientation::upright,    Orientation::mirrored,     Orientation::turned_half, Orientation::flipped,
    Orientation::transposed, Orientation::turned_right, Orientation::transversed, Orientation::turned_left,
};

// How to turn a picture: first its rows are put in reverse order, and each row is read backwards, where
// that is said; then rows become columns, where that is said.
struct Turn {
    bool bottom_up;
    bool backwards;
    bool transpose;
};

constexpr Turn turn_to(Orientation orientation) {
    switch (orientation) {
        case Orientation::upright: return {false, false, false};
        case Orientation::mirrored: return {false, true, false};
        case Orientation::turned_half: return {true, true, false};
        case Orientation::flipped: return {true, false, false};
        case Orientation::transposed: return {false, false, true};
        case Orientation::turned_right: return {true, false, true};
        case Orientation::transversed: return {true, true, true};
        case Orientation::turned_left: return {false, true, true};
    }
    return {false, false, false};
}

constexpr bool contains(Orientations wanted, Orientation orientation) {
    return (wanted & only(orientation)) != 0;
}

constexpr Shape turned(const Shape& shape, const Turn& turn) {
    return turn.transpose ? Shape{shape.width, shape.height, shape.channels} : shape;
}

}  // namespace doorward::pdq
