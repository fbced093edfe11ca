import { inBoth } from './languages'

/** A list of pictures in an order. */
export const pictures = inBoth(
  {
    pictures: {
      add: '添加图片',
      count: '{count} / {most} 张',
      tooMany: '最多 {most} 张，请移除多余的图片',
      nth: '第 {number} 张',
      earlier: '第 {number} 张前移',
      later: '第 {number} 张后移',
      remove: '移除第 {number} 张',
      moved: '已移到第 {number} 张',
      removed: '已移除，还有 {count} 张',
    },
  },
  {
    pictures: {
      add: 'Add pictures',
      count: '{count} of {most}',
      tooMany: '{most} at most. Remove the ones beyond that.',
      nth: 'Picture {number}',
      earlier: 'Move picture {number} forward',
      later: 'Move picture {number} back',
      remove: 'Remove picture {number}',
      moved: 'Now picture {number}',
      removed: 'Removed, {count} left',
    },
  },
)
