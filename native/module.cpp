// The Python face of the kernels: each part binds its own.
#include <nanobind/nanobind.h>

namespace doorward {

void bind_hamming(nanobind::module_& module);
void bind_pdq(nanobind::module_& module);
void bind_jpeg(nanobind::module_& module);
void bind_digests(nanobind::module_& module);

}  // namespace doorward

NB_MODULE(_native, module) {
    module.doc() = "Native kernels of Doorward.";
    doorward::bind_hamming(module);
    doorward::bind_pdq(module);
    doorward::bind_jpeg(module);
    doorward::bind_digests(module);
}
