#include "store/recording/trouble.h"

namespace jobtree::store {

Bilingual note_of(const StoreError& error, const std::string& place) {
  switch (error.kind) {
    case StoreError::Kind::full:
      return bilingual({"there is no room left for {0}: jobs are not remembered until there is. "
                        "Free some space, or store less with --retention",
                        "{0} 所在磁盘空间不足，释放空间之前不会保存任务。请清理磁盘，或用 "
                        "--retention 减少保存的内容"},
                       place);
    case StoreError::Kind::read_only:
      return bilingual({"{0} cannot be written: jobs are not remembered until it can. Check its "
                        "owner and permissions, and that its disk is not mounted read-only",
                        "{0} 不可写入，恢复之前不会保存任务。请检查其属主和权限，以及磁盘是否以只读"
                        "方式挂载"},
                       place);
    case StoreError::Kind::corrupt:
      return bilingual(
          {"{0} is broken ({1}): it is opened anew", "{0} 已损坏（{1}），正在重新打开"}, place,
          error.message);
    case StoreError::Kind::away:
      return bilingual({"{0} cannot be reached: jobs are not remembered until it can ({1})",
                        "无法连接 {0}，恢复之前不会保存任务（{1}）"},
                       place, error.message);
    case StoreError::Kind::busy:
    case StoreError::Kind::conflict:
    case StoreError::Kind::other:
      break;
  }
  return bilingual({"jobs cannot be stored in {0} now, and it is tried again: {1}",
                    "暂时无法将任务保存到 {0}，正在重试：{1}"},
                   place, error.message);
}

ArchiveState::Trouble trouble_of(const StoreError& error) {
  switch (error.kind) {
    case StoreError::Kind::full:
      return ArchiveState::Trouble::full;
    case StoreError::Kind::read_only:
      return ArchiveState::Trouble::read_only;
    case StoreError::Kind::away:
      return ArchiveState::Trouble::away;
    case StoreError::Kind::corrupt:
    case StoreError::Kind::busy:
    case StoreError::Kind::conflict:
    case StoreError::Kind::other:
      break;
  }
  return ArchiveState::Trouble::other;
}

}  // namespace jobtree::store
