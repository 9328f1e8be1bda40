#include "notify/sending/sender.h"

#include "notify/sending/http_sender.h"
#include "notify/sending/mail_sender.h"

namespace jobtree::notify {

Result<std::unique_ptr<Sender>> make_sender(const Channel& channel, const ChannelSecrets& secrets) {
  return channel.kind == ChannelKind::mail ? make_mail_sender(channel, secrets)
                                           : make_http_sender(channel);
}

}  // namespace jobtree::notify
