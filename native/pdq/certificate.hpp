// Whether rounding could have made the reference see another hash than the linear pass.
#pragma once

#include "row_sink.hpp"
#include "spectrum.hpp"

namespace doorward::pdq {

// How far the reference's numbers may lie from the exact ones for a picture of this shape.
struct Bounds {
    double small;            // of any of the 64x64
    Spectrum<double> waves;  // of each frequency
};

Bounds bounds_for(const Shape& shape);

// The hash of a picture of this shape that comes to `small`, and whether it is surely the reference's.
Hash judged(const Small<double>& small, const Shape& shape, Orientation orientation);

}  // namespace doorward::pdq
