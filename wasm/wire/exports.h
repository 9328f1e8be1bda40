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

/// abi::Abi::version: what the numbers of this module mean. A host asks before anything else.
JOBTREE_EXPORT("version") std::uint32_t jobtree_version();

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
/// came (network); -1: more than the engine takes; 203: a job that the backend remembers and the
/// cloud has deleted, `age` being since when it was last seen. `retry_after` in seconds, negative
/// when not sent; `age` in seconds, 0 when not sent.
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

/// A click on a row, or the focus in it; `part` is an abi::Part.
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

// What a host asks for besides: told in the same way, or as a frame is; valid until release(),
// which the host calls when it has read it, for some of it is large.

/// The whole tree as CSV (output/csv.h, UTF-8).
JOBTREE_EXPORT("csv") const std::uint32_t* jobtree_csv(std::uint32_t session);

/// A part of the document, byte for byte but for blanks: indented for people to read
/// (output/json.h).
JOBTREE_EXPORT("indented")
const std::uint32_t* jobtree_indented(std::uint32_t session, std::uint32_t begin,
                                      std::uint32_t size);

/// The jobs of some classes, as for a printed sheet (wire/lists.h: put_rows).
JOBTREE_EXPORT("rows")
const std::uint32_t* jobtree_rows(std::uint32_t session, std::uint32_t statuses, std::uint32_t most,
                                  double now);

/// Which jobs have another status since the event of the last change, failures first
/// (wire/lists.h: put_changes).
JOBTREE_EXPORT("changes") const std::uint32_t* jobtree_changes(std::uint32_t session, double now);

/// What failed, by error (wire/lists.h: put_errors).
JOBTREE_EXPORT("errors") const std::uint32_t* jobtree_errors(std::uint32_t session, double now);

/// How long the parts took, by type (wire/lists.h: put_durations).
JOBTREE_EXPORT("durations")
const std::uint32_t* jobtree_durations(std::uint32_t session, double now);

/// What the job's duration hangs on (wire/lists.h: put_critical).
JOBTREE_EXPORT("critical")
const std::uint32_t* jobtree_critical(std::uint32_t session, std::uint32_t most, double now);

/// The ids of what failed itself (output/failed_ids.h); `form` is a FailedIds. The name of the
/// group they are of is in input(), empty for all.
JOBTREE_EXPORT("failed_ids")
const std::uint32_t* jobtree_failed_ids(std::uint32_t session, std::uint32_t group_size,
                                        std::uint32_t form);

/// The job as Markdown for a ticket (output/ticket.h). input() has texts, with U+001E behind each:
/// service, region, project, job id, link, request id, the name of a group or nothing; then, of
/// each group as errors() tells them, meaning and remedy, which may be empty. `zone`: by how many
/// minutes local time is ahead of UTC.
JOBTREE_EXPORT("ticket")
const std::uint32_t* jobtree_ticket(std::uint32_t session, std::uint32_t size, std::int32_t zone,
                                    double now);

JOBTREE_EXPORT("release") void jobtree_release();

/// Brings everything up to `now` and returns the commands since the last frame, valid until the
/// next call: word 0 is where the frame's string starts in memory, word 1 its length in bytes
/// (UTF-8), word 2 how many words there are in all; commands follow and end with Op::end.
JOBTREE_EXPORT("frame") const std::uint32_t* jobtree_frame(std::uint32_t session, double now);

}  // extern "C"
