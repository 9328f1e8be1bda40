#include "i18n/type_names.h"

#include <string>
#include <string_view>

#include "unit/catch.h"
#include "unit/engine/text_of.h"

namespace type_names_test {

using namespace jobtree::engine;

namespace {

/// The name of a type; "" when it has none.
std::string name(std::string_view type, Language language = Language::en) {
  return text_of(put_type_name, type, language);
}

}  // namespace

TEST_CASE("A documented type has a name in English and in Chinese") {
  struct Row {
    const char *type, *en, *zh;
  };
  const Row kRows[] = {
      // Elastic Volume Service
      {"createVolume", "Create volume", "创建云硬盘"},
      {"batchCreateVolume", "Create volumes", "批量创建云硬盘"},
      {"deleteVolume", "Delete volume", "删除云硬盘"},
      {"deleteSingleVolume", "Delete volume", "删除云硬盘"},
      {"bulkDeleteVolume", "Delete volumes", "批量删除云硬盘"},
      {"extendVolume", "Expand volume", "扩容云硬盘"},
      {"retypeVolume", "Change volume type", "变更云硬盘类型"},
      // Elastic Cloud Server
      {"createServer", "Create server", "创建云服务器"},
      {"createSingleServer", "Create server", "创建云服务器"},
      {"deleteServer", "Delete server", "删除云服务器"},
      {"startServer", "Start server", "启动云服务器"},
      {"stopServer", "Stop server", "关闭云服务器"},
      {"rebootServer", "Reboot server", "重启云服务器"},
      {"resizeServer", "Resize server", "变更云服务器规格"},
      {"migrateServer", "Migrate server", "迁移云服务器"},
      {"changeOs", "Change OS", "切换操作系统"},
      {"reinstallOs", "Reinstall OS", "重装操作系统"},
      {"attachVolume", "Attach volume", "挂载云硬盘"},
      {"detachVolume", "Detach volume", "卸载云硬盘"},
      {"createNic", "Create NIC", "创建网卡"},
      {"addNics", "Add NICs", "添加网卡"},
      {"delNic", "Delete NIC", "删除网卡"},
      {"deleteNic", "Delete NIC", "删除网卡"},
      // Bare Metal Server, Dedicated Host
      {"baremetalBatchCreate", "Create bare metal servers", "批量创建裸金属服务器"},
      {"baremetalSingleCreate", "Create bare metal server", "创建裸金属服务器"},
      {"allocateDedicatedHosts", "Allocate dedicated hosts", "分配专属主机"},
      {"allocateHost", "Allocate host", "分配主机"},
      // Elastic IP
      {"createBatchPublicip", "Create EIPs", "批量创建弹性公网IP"},
      {"bindEip", "Bind EIP", "绑定弹性公网IP"},
      {"unbindEip", "Unbind EIP", "解绑弹性公网IP"},
      // Image Management Service
      {"imsCreateImageByInstance", "Create image", "创建镜像"},
      {"imsImportImageJob", "Import image", "导入镜像"},
      {"imsImportDataImageJob", "Import data image", "导入数据盘镜像"},
      {"imsImportOvaImageJob", "Import OVA image", "导入OVA镜像"},
      {"imsAddImageMembersJob", "Add image members", "添加镜像成员"},
      {"imsDelImageMembersJob", "Delete image members", "删除镜像成员"},
      {"imsUpdateImageMembersJob", "Update image members", "更新镜像成员"},
      {"imsCopyImageInRegionJob", "Copy image", "复制镜像"},
      // Storage Disaster Recovery Service, backups
      {"createProtectionGroupNoCG", "Create protection group", "创建保护组"},
      {"createProtectedInstance", "Create protected instance", "创建保护实例"},
      {"bksCreateBackup", "Create backup", "创建备份"},
      {"backup", "Backup", "备份"},
      {"restore", "Restore", "恢复"},
      // Workspace
      {"createDesktops", "Create desktops", "创建云桌面"},
      {"deleteDesktop", "Delete desktop", "删除云桌面"},
      {"CREATE_SERVER", "Create server", "创建云服务器"},
      // Applications, networks, media
      {"DeployComponent", "Deploy component", "部署组件"},
      {"createFirewall", "Create firewall", "创建防火墙"},
      {"cloneLoadbalancer", "Clone load balancer", "克隆负载均衡器"},
      {"createTranscodings", "Create transcoding tasks", "创建转码任务"},
      // Databases
      {"ResizeFlavor", "Resize flavor", "变更规格"},
      {"ResizeGaussDBV5Flavor", "Resize GaussDB flavor", "变更GaussDB规格"},
      {"CreateMysqlSingleHAInstance", "Create MySQL primary/standby instance", "创建MySQL主备实例"},
      {"CreateMysqlInstance", "Create MySQL instance", "创建MySQL实例"},
      {" RestartMysqlInstance", "Restart MySQL instance", "重启MySQL实例"},
      {"CreateGaussDBInstance", "Create GaussDB instance", "创建GaussDB实例"},
      {"CreateGaussDBV5Instance", "Create GaussDB instance", "创建GaussDB实例"},
      {"DeleteGaussDBV5Instance", "Delete GaussDB instance", "删除GaussDB实例"},
      {"CreateInstance", "Create instance", "创建实例"},
      {"EnlargeVolume", "Expand volume", "扩容云硬盘"},
      // Cloud Container Engine
      {"CreateCluster", "Create cluster", "创建集群"},
      {"ScaleupCluster", "Scale up cluster", "扩容集群"},
      {"UpgradeCluster", "Upgrade cluster", "升级集群"},
      {"CreateNode", "Create node", "创建节点"},
      {"InstallNode", "Install node", "安装节点"},
      {"UPGRADE", "Upgrade", "升级"},
  };
  for (const Row& row : kRows) {
    INFO(row.type);
    CHECK(name(row.type) == row.en);
    CHECK(name(row.type, Language::zh) == row.zh);
  }
}

TEST_CASE("A type is named in full, or not at all") {
  const std::string volume(60, 'a');
  for (const std::string& type :
       {std::string(), std::string("frobnicate"), std::string("createFrobnicator"),
        std::string("volume"), std::string("batch"), std::string("s"), std::string("creates"),
        std::string("createVolumess"), std::string("createVolume2"), std::string("create.volume"),
        std::string("createVolume<img src=x onerror=alert(1)>"), std::string("创建云硬盘"),
        std::string("createVolume\0", 13), std::string("createVolume\xff"),
        std::string("\xe2\x80\xae") + "createVolume", "create" + std::string(70, 's')}) {
    for (const Language language : {Language::en, Language::zh}) {
      INFO(type);
      String out;
      out += "before ";
      CHECK_FALSE(put_type_name(out, type, language));
      CHECK(out == std::string_view("before "));
    }
  }
}

}  // namespace type_names_test
