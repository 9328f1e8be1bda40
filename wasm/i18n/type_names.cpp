#include "i18n/type_names.h"

#include <cstddef>
#include <cstdint>

#include "base/flat_table.h"
#include "base/text.h"

namespace jobtree::engine {
namespace {

enum PartKind : std::uint8_t {
  many,  ///< of several at once: in English the noun is in the plural
  verb,
  noun,
  unsaid,  ///< means nothing to a user, or what the rest says already
};

/// A part of types, `folded` to lower case: CREATE_SERVER and CreateServer are the same. Where `en`
/// is empty it is called as it is written. The length stands before the words, so that entries are
/// stepped over.
struct Part : Entry<2, 3> {
  constexpr Part(PartKind kind, std::string_view folded, std::string_view en, std::string_view zh)
      : Entry{{kind, static_cast<std::uint8_t>(2 + folded.size() + en.size() + zh.size() + 3)},
              {folded, en, zh}} {}
};

constexpr Part kParts[] = {
    {verb, "add", "", "添加"},
    {verb, "allocate", "", "分配"},
    {verb, "attach", "", "挂载"},
    {verb, "backup", "", "备份"},
    {verb, "bind", "", "绑定"},
    {verb, "change", "", "切换"},
    {verb, "clone", "", "克隆"},
    {verb, "copy", "", "复制"},
    {verb, "create", "", "创建"},
    {verb, "delete", "", "删除"},
    {verb, "del", "delete", "删除"},
    {verb, "deploy", "", "部署"},
    {verb, "detach", "", "卸载"},
    {verb, "enlarge", "expand", "扩容"},
    {verb, "export", "", "导出"},
    {verb, "extend", "expand", "扩容"},
    {verb, "import", "", "导入"},
    {verb, "install", "", "安装"},
    {verb, "migrate", "", "迁移"},
    {verb, "reboot", "", "重启"},
    {verb, "rebuild", "", "重建"},
    {verb, "reinstall", "", "重装"},
    {verb, "remove", "", "移除"},
    {verb, "resize", "", "变更"},
    {verb, "resizeserver", "resize server", "变更云服务器规格"},
    {verb, "restart", "", "重启"},
    {verb, "restore", "", "恢复"},
    {verb, "retypevolume", "change volume type", "变更云硬盘类型"},
    {verb, "scaleup", "scale up", "扩容"},
    {verb, "start", "", "启动"},
    {verb, "stop", "", "关闭"},
    {verb, "unbind", "", "解绑"},
    {verb, "update", "", "更新"},
    {verb, "upgrade", "", "升级"},
    {noun, "baremetal", "bare metal server", "裸金属服务器"},
    {noun, "cluster", "", "集群"},
    {noun, "component", "", "组件"},
    {noun, "data", "", "数据盘"},
    {noun, "dedicatedhost", "dedicated host", "专属主机"},
    {noun, "desktop", "", "云桌面"},
    {noun, "eip", "EIP", "弹性公网IP"},
    {noun, "firewall", "", "防火墙"},
    {noun, "flavor", "", "规格"},
    {noun, "gaussdb", "GaussDB", "GaussDB"},
    {noun, "ha", "primary/standby", "主备"},
    {noun, "host", "", "主机"},
    {noun, "image", "", "镜像"},
    {noun, "instance", "", "实例"},
    {noun, "loadbalancer", "load balancer", "负载均衡器"},
    {noun, "member", "", "成员"},
    {noun, "mysql", "MySQL", "MySQL"},
    {noun, "nic", "NIC", "网卡"},
    {noun, "node", "", "节点"},
    {noun, "os", "OS", "操作系统"},
    {noun, "ova", "OVA", "OVA"},
    {noun, "protectedinstance", "protected instance", "保护实例"},
    {noun, "protectiongroup", "protection group", "保护组"},
    {noun, "publicip", "EIP", "弹性公网IP"},
    {noun, "server", "", "云服务器"},
    {noun, "snapshot", "", "快照"},
    {noun, "transcoding", "transcoding task", "转码任务"},
    {noun, "volume", "", "云硬盘"},
    {many, "batch", "", "批量"},
    {many, "bulk", "", "批量"},
    {many, "s", "", ""},  // behind a noun
    {unsaid, "bks", "", ""},
    {unsaid, "byinstance", "", ""},
    {unsaid, "ims", "", ""},
    {unsaid, "inregion", "", ""},
    {unsaid, "job", "", ""},
    {unsaid, "nocg", "", ""},
    {unsaid, "single", "", ""},
    {unsaid, "v5", "", ""},
};

constexpr auto kFlatParts = flat<flat_size(kParts)>(kParts);

/// How much of `text` a part takes, with what separates words; 0 when the text begins otherwise.
std::size_t taken(std::string_view text, const char* part) {
  std::size_t i = 0;
  for (; *part != 0; ++part) {
    while (i < text.size() && (text[i] == '_' || text[i] == '-' || text[i] == ' '))
      ++i;
    if (i == text.size() || lower(text[i++]) != *part) return 0;
  }
  return i;
}

}  // namespace

bool put_type_name(String& out, std::string_view type, Language language) {
  constexpr std::size_t kMost = 8;
  const char* parts[kMost];
  std::size_t count = 0;
  std::uint32_t kinds = 0;  // a bit each
  while (!type.empty()) {
    std::size_t longest = 0;
    const char* const end = kFlatParts.data() + kFlatParts.size();
    for (const char* at = kFlatParts.data(); at != end; at += at[1]) {
      const std::size_t size = taken(type, at + 2);
      if (size <= longest || count == kMost) continue;
      longest = size;
      parts[count] = at;
    }
    if (longest == 0) return false;
    const char* const part = parts[count];
    const bool is_plural = part[2] == 's' && part[3] == 0;
    if (is_plural && (count == 0 || *parts[count - 1] != noun)) return false;
    kinds |= 1U << *part;
    ++count;
    type.remove_prefix(longest);
  }
  if ((kinds & 1U << verb) == 0) return false;

  const bool is_english = language == Language::en;
  const std::size_t begin = out.size();
  for (std::uint8_t kind = is_english ? verb : many; kind <= noun; ++kind) {
    for (std::size_t i = 0; i < count; ++i) {
      if (static_cast<std::uint8_t>(*parts[i]) != kind) continue;
      if (is_english && out.size() != begin) out += ' ';
      const char* const folded = parts[i] + 2;
      const char* const word = behind(folded, is_english ? 1 : 2);
      out += text_of(is_english && *word == 0 ? folded : word);
    }
  }
  if (!is_english) return true;
  if ((kinds & 1U << many) != 0 && (kinds & 1U << noun) != 0) out += 's';
  out[begin] = static_cast<char>(out[begin] - ('a' - 'A'));
  return true;
}

}  // namespace jobtree::engine
