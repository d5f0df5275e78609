/** The people of the screenshots: names, faces, and how they are. */
import type { PublishedPresence } from '../../client/index.ts'
import type { Face } from './drawn-face.ts'

export interface DemoPerson {
  readonly user: string
  readonly name: string
  readonly group: string
  /** Undefined: has stored no picture. */
  readonly face?: Face
  /** Undefined: offline. */
  readonly presence?: PublishedPresence
}

const open = { basic: 'open' } as const

export const ME: DemoPerson = {
  user: 'alice',
  name: 'Alice Martin',
  group: '',
  face: {
    ...{ backdrop: '#cfe3ff', skin: '#f1c7a5', hair: '#7b3f1d', shirt: '#2f6fde' },
    cut: 'long',
  },
  presence: { ...open, note: 'Back at my desk' },
}

export const CONTACTS: readonly DemoPerson[] = [
  {
    ...{ user: 'bob', name: 'Bob Fischer', group: 'Team' },
    face: {
      ...{ backdrop: '#ffe3c2', skin: '#e0a67e', hair: '#2d241e', shirt: '#3b7a57' },
      ...{ cut: 'short', beard: true },
    },
    presence: { ...open, activities: ['meeting'], note: 'Planning until three' },
  },
  {
    ...{ user: 'carol', name: 'Carol Mbeki', group: 'Team' },
    face: {
      ...{ backdrop: '#ffd9e2', skin: '#8d5a3b', hair: '#1d1613', shirt: '#c2405f' },
      cut: 'curls',
    },
    presence: { ...open, note: 'Call me any time' },
  },
  {
    ...{ user: 'dimitri', name: 'Dimitri Pappas', group: 'Team' },
    face: {
      ...{ backdrop: '#dff3e4', skin: '#f0c9a8', hair: '#5c5c5c', shirt: '#46536b' },
      ...{ cut: 'bald', glasses: true, beard: true },
    },
    presence: { ...open, activities: ['on-the-phone'] },
  },
  {
    ...{ user: 'emiko', name: 'Emiko Tanaka', group: 'Team' },
    face: {
      ...{ backdrop: '#e8dcff', skin: '#f3d2b3', hair: '#17141c', shirt: '#6a4fc4' },
      cut: 'fringe',
    },
    presence: { ...open, activities: ['away'], note: 'Lunch' },
  },
  {
    ...{ user: 'farid', name: 'Farid Haddad', group: 'Team' },
    face: {
      ...{ backdrop: '#d5f1f5', skin: '#c98f63', hair: '#241a14', shirt: '#d9822b' },
      ...{ cut: 'short', glasses: true },
    },
  },
  {
    ...{ user: 'grace', name: 'Grace Okafor', group: 'Friends' },
    face: {
      ...{ backdrop: '#fff0b8', skin: '#6f4630', hair: '#15100d', shirt: '#1f8a80' },
      cut: 'bun',
    },
    presence: { ...open, note: 'Concert tonight!' },
  },
  {
    ...{ user: 'henrik', name: 'Henrik Lund', group: 'Friends' },
    presence: { ...open, activities: ['busy'] },
  },
  {
    ...{ user: 'ines', name: 'Inês Duarte', group: 'Friends' },
    face: {
      ...{ backdrop: '#f7dccb', skin: '#e9b48c', hair: '#4a2a17', shirt: '#8a3ffc' },
      ...{ cut: 'bun', glasses: true },
    },
    presence: { ...open, activities: ['vacation'], note: 'Back on Monday' },
  },
  { ...{ user: 'jonas', name: 'Jonas Weber', group: 'Friends' } },
]
