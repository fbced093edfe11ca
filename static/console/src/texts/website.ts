import { inBoth } from './languages'

/** The company's website and its own data. */
export const website = inBoth(
  {
    website: {
      title: '官网',
      tabs: { website: '官网', company: '公司资料' },
      covers: '封面图片',
      coversHint: '在官网顶部轮播',
      addCovers: '添加封面图片',
      contents: '内容图片',
      contentsHint: '在封面下方依次排列',
      addContents: '添加内容图片',
      preview: '客户看到的样子',
      noCover: '还没有封面',
      noContent: '还没有内容图片',
      company: {
        name: '公司名称',
        cards: '名片数量',
        cardsUsed: '已用 {used} / {available}',
        expires: '到期时间',
        area: '地区',
        address: '详细地址',
        unique: '客户唯一性',
        uniqueHint: '开启后，一位客户只属于一名员工',
        shop: '小程序展示',
        shops: { 1: '产品', 2: '商城' },
      },
    },
  },
  {
    website: {
      title: 'Website',
      tabs: { website: 'Website', company: 'Company' },
      covers: 'Cover pictures',
      coversHint: 'Shown one after another at the top',
      addCovers: 'Add cover pictures',
      contents: 'Content pictures',
      contentsHint: 'Below the cover, one under the other',
      addContents: 'Add content pictures',
      preview: 'What customers see',
      noCover: 'No cover yet',
      noContent: 'No content yet',
      company: {
        name: 'Name',
        cards: 'Cards',
        cardsUsed: '{used} of {available} in use',
        expires: 'Expires',
        area: 'Area',
        address: 'Address',
        unique: 'Unique customers',
        uniqueHint: 'A customer belongs to one rep alone',
        shop: 'The mini program shows',
        shops: { 1: 'Products', 2: 'The mall' },
      },
    },
  },
)
