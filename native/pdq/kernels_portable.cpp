#include "kernels_body.hpp"

namespace doorward::pdq {

extern const Kernels kKernels_portable;
const Kernels kKernels_portable = all_kernels("portable");

}  // namespace doorward::pdq
