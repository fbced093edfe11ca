/** A picture for each kind of action. */
import {
  Cellphone,
  ChatLineSquare,
  CircleCheck,
  Collection,
  CopyDocument,
  Goods,
  Headset,
  Message,
  Monitor,
  Notebook,
  Phone,
  Postcard,
  Promotion,
  Reading,
  ShoppingBag,
  Star,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

export const ACTION_ICONS: Record<number, Component> = {
  1: Postcard,
  2: Goods,
  3: Reading,
  4: Monitor,
  5: CopyDocument,
  6: Promotion,
  7: ChatLineSquare,
  8: Cellphone,
  9: Star,
  10: Phone,
  11: Headset,
  12: Message,
  13: CircleCheck,
  18: ShoppingBag,
  21: Collection,
  22: Notebook,
}
