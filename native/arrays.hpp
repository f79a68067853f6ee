// NumPy arrays as the kernels take them: C-contiguous, in main memory, never converted.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace doorward {

template <typename Value, typename Shape>
using Array = nanobind::ndarray<Value, Shape, nanobind::c_contig, nanobind::device::cpu>;

}  // namespace doorward
