// The page behind a link: the dashboard, for an address one folder down, with what link previews
// read of it.
//
// Pure. Knows: where in a page which tags belong. Must not know: links, HTTP, what the page does.
#pragma once

#include <string>
#include <string_view>

namespace jobtree::gateway {

struct PreviewText {
  std::string title{};
  std::string description{};
};

/// `html` as it is served at "/". What stands beside it there is one folder up from here; places in
/// the page itself stay so.
std::string share_page(std::string_view html, const PreviewText& preview);

}  // namespace jobtree::gateway
