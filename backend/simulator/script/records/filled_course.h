// A course that fills in a document with blanks, for services whose jobs have a shape of their own.
//
// Knows: the blanks, and what stands in each at which time. Must not know: which services there
// are, HTTP, what time it is.
//
// A blank is a whole text of the document:
//   "{begin FORM}", "{end FORM}"   a time in a form of time_forms.h; "" before it
//   "{end? FORM}"                  null before it
//   "{state RUNNING|DONE|FAILED}"  one of the three words
//   "{progress}", "{progress%}"    "60", "60%" while it runs, "" after it
//   "{percent}"                    the number, 100 at the end
//   "{code}", "{reason}"           of a failure; null without one
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "simulator/script/course.h"

namespace jobtree::simulator {

struct FilledPlan {
  nlohmann::ordered_json document;
  Milliseconds lasts{};
  std::string code = {};
  std::string reason = {};  ///< "": it succeeds
};

std::shared_ptr<const Course> filled_course(FilledPlan plan);

}  // namespace jobtree::simulator
