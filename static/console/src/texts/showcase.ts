import { inBoth } from './languages'

export const showcase = inBoth(
  {
    showcase: {
      products: '产品',
      mall: '商城',
      sections: '产品与商城',
      empty: '还没有产品',
      recommended: '推荐',
      reason: '推荐理由',
      introduction: '产品介绍',
      consult: '咨询',
      consulted: '已发送给顾问',
      picture: '第 {number} 张图片',
      cover: '封面，第 {number} 张',
      noWebsite: '官网还没有内容',
    },
  },
  {
    showcase: {
      products: 'Products',
      mall: 'Mall',
      sections: 'Products and mall',
      empty: 'No products yet',
      recommended: 'Recommended',
      reason: 'Why we recommend it',
      introduction: 'About it',
      consult: 'Ask about it',
      consulted: 'Sent to the consultant',
      picture: 'Picture {number}',
      cover: 'Cover {number}',
      noWebsite: 'The website is empty',
    },
  },
)
