#include "simulator/script/fault.h"

namespace jobtree::simulator {

std::string_view name_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::latency:
      return "latency";
    case FaultKind::drip:
      return "drip";
    case FaultKind::reset_before:
      return "reset_before";
    case FaultKind::reset_within:
      return "reset_within";
    case FaultKind::truncated:
      return "truncated";
    case FaultKind::wrong_length:
      return "wrong_length";
    case FaultKind::not_modified_without_length:
      return "not_modified_without_length";
    case FaultKind::oversized:
      return "oversized";
    case FaultKind::gzip_bomb:
      return "gzip_bomb";
    case FaultKind::html_error:
      return "html_error";
    case FaultKind::redirect:
      return "redirect";
    case FaultKind::error:
      return "error";
    case FaultKind::tracker_disabled:
      return "tracker_disabled";
    case FaultKind::busy:
      return "busy";
    case FaultKind::close_before:
      return "close_before";
  }
  return "";
}

}  // namespace jobtree::simulator
