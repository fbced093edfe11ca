import { inBoth } from './languages'

/** What the audit log calls each call that leaves an entry, by its name in /openapi.json. */
export const calls = inBoth(
  {
    admin: {
      case_manage: {
        add_case: '新建案例',
        add_picture: '上传案例图片',
        change_case: '修改案例',
        change_status: '发布或撤下案例',
        delete_case: '删除案例',
      },
      case_tag: {
        add_tag: '新建案例标签',
        delete_tag: '删除案例标签',
        rename_tag: '重命名案例标签',
      },
      company: {
        change_company: '修改公司设置',
      },
      customer: {
        erase: '彻底删除客户',
        export_customers: '导出客户列表',
        export_data: '导出客户全部数据',
      },
      diary_manage: {
        add_diary: '新建日记',
        audit_comment: '审核评论',
        change_diary: '修改日记',
        change_status: '发布或撤下日记',
        delete_comment: '删除评论',
        delete_diary: '删除日记',
      },
      follow_info: {
        export_follow_ups: '导出跟进记录',
      },
      goods: {
        add_goods: '新建商品',
        add_picture: '上传商品图片',
        change_goods: '修改商品',
        delete_goods: '删除商品',
        change_status: '上架或下架商品',
      },
      login: {
        log_in: '密码登录',
      },
      logout: {
        log_out: '退出后台',
      },
      product: {
        add_picture: '上传产品图片',
        add_product: '新建产品',
        change_status: '上架或下架产品',
        delete_product: '删除产品',
        update_product: '修改产品',
      },
      retention: {
        change_retention: '修改保留期限',
      },
      user: {
        change_status: '启用或停用员工',
      },
      website: {
        add_picture: '上传官网图片',
        replace_website: '修改官网',
      },
      wechat_app: {
        save_mini_program: '保存小程序配置',
        save_official_account: '保存公众号配置',
        save_wecom_app: '保存企业微信应用',
      },
    },
    qiyeweixin: {
      chat: {
        recall_message: '撤回消息',
      },
      company: {
        add_company: '新建公司',
        delete_company: '删除公司',
        rename_company: '重命名公司',
      },
      logout: {
        log_out: '退出登录',
      },
      quanxian: {
        add_permission: '新建权限',
        change_permission: '修改权限',
        delete_permission: '删除权限',
      },
      role: {
        add_role: '新建角色',
        delete_role: '删除角色',
        rename_role: '重命名角色',
      },
      user: {
        add_user: '新建员工',
        delete_user: '删除员工',
        update_user: '修改员工',
      },
      work_weixin_auth: {
        log_in: '企业微信登录',
      },
    },
    xiaochengxu: {
      goods_class_oper: {
        add_class: '新建商品分类',
        change_class: '修改商品分类',
        delete_class: '删除商品分类',
      },
      ji_chu_she_zhi_oper: {
        set_up_mall: '修改商城设置',
      },
    },
  },
  {
    admin: {
      case_manage: {
        add_case: 'Added a case',
        add_picture: 'Uploaded a picture of a case',
        change_case: 'Changed a case',
        change_status: 'Changed the status of a case',
        delete_case: 'Deleted a case',
      },
      case_tag: {
        add_tag: 'Added a case tag',
        delete_tag: 'Deleted a case tag',
        rename_tag: 'Renamed a case tag',
      },
      company: {
        change_company: 'Changed the company settings',
      },
      customer: {
        erase: 'Erased a customer',
        export_customers: 'Exported the customers',
        export_data: 'Exported all data of a customer',
      },
      diary_manage: {
        add_diary: 'Added a diary',
        audit_comment: 'Audited a comment',
        change_diary: 'Changed a diary',
        change_status: 'Changed the status of a diary',
        delete_comment: 'Deleted a comment',
        delete_diary: 'Deleted a diary',
      },
      follow_info: {
        export_follow_ups: 'Exported the follow-ups',
      },
      goods: {
        add_goods: 'Added goods',
        add_picture: 'Uploaded a picture of goods',
        change_goods: 'Changed goods',
        delete_goods: 'Deleted goods',
        change_status: 'Changed the status of goods',
      },
      login: {
        log_in: 'Signed in by password',
      },
      logout: {
        log_out: 'Signed out of the back office',
      },
      product: {
        add_picture: 'Uploaded a picture of a product',
        add_product: 'Added a product',
        change_status: 'Changed the status of a product',
        delete_product: 'Deleted a product',
        update_product: 'Changed a product',
      },
      retention: {
        change_retention: 'Changed the retention',
      },
      user: {
        change_status: 'Enabled or disabled a rep',
      },
      website: {
        add_picture: 'Uploaded a picture of the website',
        replace_website: 'Changed the website',
      },
      wechat_app: {
        save_mini_program: 'Saved the mini program',
        save_official_account: 'Saved the official account',
        save_wecom_app: 'Saved an app in WeCom',
      },
    },
    qiyeweixin: {
      chat: {
        recall_message: 'Recalled a message',
      },
      company: {
        add_company: 'Added a company',
        delete_company: 'Deleted a company',
        rename_company: 'Renamed a company',
      },
      logout: {
        log_out: 'Signed out',
      },
      quanxian: {
        add_permission: 'Added a permission',
        change_permission: 'Changed a permission',
        delete_permission: 'Deleted a permission',
      },
      role: {
        add_role: 'Added a role',
        delete_role: 'Deleted a role',
        rename_role: 'Renamed a role',
      },
      user: {
        add_user: 'Added a rep',
        delete_user: 'Deleted a rep',
        update_user: 'Changed a rep',
      },
      work_weixin_auth: {
        log_in: 'Signed in by WeCom',
      },
    },
    xiaochengxu: {
      goods_class_oper: {
        add_class: 'Added a goods class',
        change_class: 'Changed a goods class',
        delete_class: 'Deleted a goods class',
      },
      ji_chu_she_zhi_oper: {
        set_up_mall: 'Changed the mall settings',
      },
    },
  },
)
