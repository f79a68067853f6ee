// The pdq kernels as Python sees them.
#include "../arrays.hpp"

namespace nb = nanobind;

namespace doorward {

void bind_pdq(nb::module_& module) {
    static_cast<void>(module);
}

}  // namespace doorward
