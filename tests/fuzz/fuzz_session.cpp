#include "session_script.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  jobtree::engine::script::run(data, size);
  return 0;
}
