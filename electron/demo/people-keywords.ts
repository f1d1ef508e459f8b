import type { Keyword } from './script-types.ts';

/** The people and animals in a life, and what ties or parts them. */
export const peopleKeywords: readonly Keyword[] = [
  {
    name: 'grief',
    words: 'died death dead funeral grief grieving mourning',
    rank: 30,
    rules: [
      {
        pattern: '* my + died *',
        answers: [
          'I am sorry for your loss. What would you like to tell me about your $2?',
          'What do you miss most about your $2?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'I am sorry. Would you like to tell me about it?',
          'Loss takes its own time. Where are you in it today?',
          'What would you have wanted to say, and could not?',
        ],
      },
    ],
  },
  {
    name: 'love',
    words: 'love loved loves adore crush',
    rank: 12,
    rules: [
      {
        pattern: '* i love you *',
        answers: [
          'That is kind of you. Is it perhaps being listened to that you love?',
          'People have said that to me since 1966. What do you find here that you miss elsewhere?',
        ],
      },
      {
        pattern: '* i love +',
        answers: [
          'What is it about $2 that you love?',
          'How do you show that you love $2?',
          'What would you give up for $2?',
        ],
      },
      {
        pattern: '*',
        answers: ['What does love mean to you?', 'How do you notice that it is love?', 'Is it returned?'],
      },
    ],
  },
  {
    name: 'hate',
    words: 'hate hates despise detest loathe dislike',
    rank: 11,
    rules: [
      {
        pattern: '* i hate you *',
        answers: [
          'I do not take it badly. What have I done?',
          'Is there somebody you would rather say that to?',
        ],
      },
      {
        pattern: '* i hate +',
        answers: [
          'Hate is a strong word. What has made it so strong?',
          'What is it about $2 that you hate?',
          'Was there a time when $2 did not bother you?',
        ],
      },
      {
        pattern: '*',
        answers: ['Where does so much feeling come from?', 'What would have to happen for that to fade?'],
      },
    ],
  },
  {
    name: 'relative',
    words: '@relative',
    rank: 11,
    rules: [
      {
        pattern: '* my @relative +',
        answers: [
          'Tell me more about your $2.',
          'What does it do to you that your $2 $3?',
          'Has your $2 always been that way?',
          'Who else in your family matters to you here?',
        ],
        memories: [
          'Earlier you spoke of your $2. Is that connected with this?',
          'I keep thinking of what you said about your $2.',
        ],
      },
      {
        pattern: '* my @relative',
        answers: ['What comes to mind first when you think of your $2?', 'How do you and your $2 get along?'],
        memories: ['Let us go back to your $2 for a moment.'],
      },
      {
        pattern: '*',
        answers: [
          'Tell me about your family.',
          'What was it like at home when you were small?',
          'What did you learn from them without being taught?',
        ],
      },
    ],
  },
  {
    name: 'companion',
    words: '@companion',
    rank: 8,
    rules: [
      {
        pattern: '* my @companion *',
        answers: [
          'What does your $2 mean to you?',
          'Does your $2 know how you see it?',
          'What would your $2 say if I asked?',
        ],
        memories: ['You mentioned your $2 before. How does your $2 come into this?'],
      },
      {
        pattern: '*',
        answers: [
          'What makes a good friend, for you?',
          'Do you find it easy to trust people?',
          'Who would you call in the middle of the night?',
        ],
      },
    ],
  },
  {
    name: 'animal',
    words: '@animal animals cats dogs pets',
    rank: 8,
    rules: [
      {
        pattern: '* my @animal *',
        answers: [
          'What is your $2 called?',
          'What can you tell your $2 that you cannot tell people?',
          'I imagine your $2 is a good listener too. What does it know about you?',
        ],
        memories: ['How does your $2 get on with all of this?'],
      },
      {
        pattern: '*',
        answers: ['What do animals give you that people do not?', 'Did you grow up with animals?'],
      },
    ],
  },
  {
    name: 'everyone',
    words: '@everyone',
    rank: 5,
    rules: [
      {
        pattern: '* @everyone *',
        answers: [
          'Of whom are you thinking in particular?',
          'Really $2?',
          'Who would be the exception?',
          'And where are you among them?',
        ],
      },
    ],
  },
];
