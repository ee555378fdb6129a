-- What do the codes of a contact's source (add_way) mean, and which of them are transfers between staff?
-- One row: a code or word as files write it.
select cast(word as varchar) as word, cast(label as varchar) as label, cast(is_transfer as boolean) as is_transfer
from (values
    ('1', '扫描二维码', false), ('2', '搜索手机号', false), ('3', '名片分享', false), ('4', '群聊', false),
    ('5', '手机通讯录', false), ('6', '微信联系人', false), ('7', '来自微信的添加好友申请', false),
    ('8', '安装第三方应用时自动添加的客服人员', false), ('9', '搜索邮箱', false), ('10', '视频号添加', false),
    ('11', '通过日程参与人添加', false), ('12', '通过会议参与人添加', false), ('13', '添加微信好友对应的企业微信', false),
    ('14', '通过智慧硬件专属客服添加', false), ('15', '通过上门服务客服添加', false), ('16', '通过获客链接添加', false),
    ('17', '通过定制开发添加', false), ('18', '通过需求回复添加', false),
    ('1001', '渠道活码', false), ('1002', '自动拉群', false), ('1003', '裂变引流', false),
    ('0', null, false), ('未知来源', null, false), ('未知', null, false), ('其他', null, false),
    ('201', '内部成员共享', true), ('内部成员共享', '内部成员共享', true),
    ('202', '管理员/负责人分配', true), ('管理员/负责人分配', '管理员/负责人分配', true),
    ('管理员分配', '管理员/负责人分配', true), ('负责人分配', '管理员/负责人分配', true),
    ('在职继承', '管理员/负责人分配', true), ('离职继承', '管理员/负责人分配', true)
) as words (word, label, is_transfer)
