// The engine's flat C face: all that a host sees of it.
//
// One instance serves every watched job of a page; a session is a small number. Text goes in
// through input(): the host asks for a place of N bytes, writes UTF-8 there and names the length in
// the next call. Times are milliseconds since 1970 (JavaScript's Date.now()). No call fails: a
// number that names no session is ignored.
#pragma once

#include <cstdint>

#if defined(__EMSCRIPTEN__)
#define JOBTREE_EXPORT(name) __attribute__((export_name(name)))
#else
#define JOBTREE_EXPORT(name)
#endif

extern "C" {

/// A new session. `seed` starts the jitter of its polling.
JOBTREE_EXPORT("open") std::uint32_t jobtree_open(std::uint32_t seed);
JOBTREE_EXPORT("close") void jobtree_close(std::uint32_t session);

/// A place for `size` bytes of text, valid until the next call that takes text. 0 when `size` is
/// more than the engine takes (64 MiB): the host then answers with http_status -1.
JOBTREE_EXPORT("input") char* jobtree_input(std::uint32_t size);

/// `value` is the option's number, or for one that is a text the text's length in input().
JOBTREE_EXPORT("set")
void jobtree_set(std::uint32_t session, std::uint32_t option, std::uint32_t value, double now);

/// What came back for an `ask`. input() holds the body, then the ETag. `http_status` 0: nothing
/// came (network); -1: more than the engine takes. `retry_after` in seconds, negative when not
/// sent; `age` in seconds, 0 when not sent.
JOBTREE_EXPORT("answer")
void jobtree_answer(std::uint32_t session, std::int32_t http_status, std::uint32_t body_size,
                    std::uint32_t etag_size, double retry_after, double age, double now);

/// When the cloud said what is shown, in milliseconds since 1970: a failure does not move it. NaN
/// before the first answer, and for a document.
JOBTREE_EXPORT("confirmed") double jobtree_confirmed(std::uint32_t session);

/// Ask again now, whatever the state: the user pressed "refresh".
JOBTREE_EXPORT("refresh") void jobtree_refresh(std::uint32_t session, double now);

/// What of the tree is on screen, in pixels.
JOBTREE_EXPORT("viewport")
void jobtree_viewport(std::uint32_t session, double scroll_top, double height, double row_height);

/// A click on a row; `part` is an abi::Part.
JOBTREE_EXPORT("click")
void jobtree_click(std::uint32_t session, std::uint32_t slot, std::uint32_t part);

/// A key pressed in the tree. `key` is an abi::Key; `character` its code point for
/// Key::character. Returns 1 when the tree used it: the host then keeps it from the page.
JOBTREE_EXPORT("key")
std::uint32_t jobtree_key(std::uint32_t session, std::uint32_t key, std::uint32_t character,
                          double now);

/// Selects the job whose id is in input() and brings it on screen; with no tree yet, as soon as
/// there is one. Returns 0 when the tree has no such job.
JOBTREE_EXPORT("reveal")
std::uint32_t jobtree_reveal(std::uint32_t session, std::uint32_t id_size);

/// The answer that is shown, as it came, to which Attribute::source_begin refers; valid until the
/// next call. Word 0 is where it starts in memory, word 1 its length in bytes, 0 before there is
/// one.
JOBTREE_EXPORT("document") const std::uint32_t* jobtree_document(std::uint32_t session);

/// The whole tree as CSV (output/csv.h, UTF-8), told in the same way and valid as long.
JOBTREE_EXPORT("csv") const std::uint32_t* jobtree_csv(std::uint32_t session);

/// Brings everything up to `now` and returns the commands since the last frame, valid until the
/// next call: word 0 is where the frame's string starts in memory, word 1 its length in bytes
/// (UTF-8), commands follow from word 2 and end with Op::end.
JOBTREE_EXPORT("frame") const std::uint32_t* jobtree_frame(std::uint32_t session, double now);

}  // extern "C"
