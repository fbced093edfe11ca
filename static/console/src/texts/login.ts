import { inBoth } from './languages'

export const login = inBoth(
  {
    login: {
      title: '登录控制台',
      username: '用户名',
      password: '密码',
      submit: '登录',
      required: '请填写{field}',
      demo: '演示账号（密码 {password}）',
      landing: {
        invalid_code: '登录凭证无效，请重新登录',
        disabled: '账户未启用',
        expired: '公司账户已过期',
      },
    },
  },
  {
    login: {
      title: 'Sign in to the console',
      username: 'User name',
      password: 'Password',
      submit: 'Sign in',
      required: '{field} is required',
      demo: 'Demo accounts (password {password})',
      landing: {
        invalid_code: 'The login is not valid any more. Sign in again.',
        disabled: 'The account is disabled.',
        expired: "The company's account has expired.",
      },
    },
  },
)
