#include "kernels_body.hpp"

namespace doorward::pdq {

extern const Kernels kKernels_avx2;
const Kernels kKernels_avx2 = all_kernels("avx2");

}  // namespace doorward::pdq
