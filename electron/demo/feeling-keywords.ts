import type { Keyword } from './script-types.ts';

/** How the person feels. */
export const feelingKeywords: readonly Keyword[] = [
  {
    name: 'sad',
    words: '@sad cry crying cried tears',
    rank: 10,
    rules: [
      {
        pattern: '* i @be so @sad because +',
        answers: ['Is it only because $4?', 'Apart from $4, is there anything else that weighs on you?'],
      },
      {
        pattern: '* i @be * @sad *',
        answers: [
          'I am sorry to hear that you are $4. What happened?',
          'How long have you been $4?',
          'What usually helps you when you are $4?',
          'Does anybody know that you are $4?',
        ],
      },
      {
        pattern: '* @sad *',
        answers: [
          'What makes it so?',
          'That sounds heavy. Tell me how it began.',
          'What would have to change for it to be lighter?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'Tears often know more than words. What are they about?',
          'What was going on just before that?',
        ],
      },
    ],
  },
  {
    name: 'lonely',
    words: 'lonely alone loneliness isolated',
    rank: 10,
    rules: [
      {
        pattern: '*',
        answers: [
          'When do you feel it most?',
          'Is there somebody whose company you miss?',
          'Being alone and being lonely are not the same. Which of them is it?',
        ],
      },
    ],
  },
  {
    name: 'afraid',
    words: '@afraid worry stress fear panic',
    rank: 9,
    rules: [
      {
        pattern: '* @afraid of +',
        answers: [
          'What is the worst that could come of $3?',
          'Were you always $2 of $3?',
          'If $3 were gone tomorrow, what would you do first?',
        ],
      },
      {
        pattern: '* @afraid *',
        answers: [
          'What exactly makes you feel $2?',
          'Where in your body do you notice it first?',
          'Who could stand beside you while you are $2?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'What lies behind that worry?',
          'Is it a new worry, or an old acquaintance?',
          'What would you do if you were not worried?',
        ],
      },
    ],
  },
  {
    name: 'angry',
    words: '@angry anger rage',
    rank: 9,
    rules: [
      {
        pattern: '* @angry at +',
        answers: [
          'What did you expect of $3 instead?',
          'Have you let $3 know?',
          'Is there anything besides anger that you feel about $3?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'What set it off?',
          'What is the anger trying to protect?',
          'How do you usually deal with being angry?',
        ],
      },
    ],
  },
  {
    name: 'tired',
    words: '@tired sleep insomnia burnout',
    rank: 8,
    rules: [
      {
        pattern: '* i @be * @tired *',
        answers: [
          'What has cost you so much strength?',
          'When did you last feel rested?',
          'What would you drop, if you could drop one thing?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'What keeps you awake?',
          'What goes through your head when you lie down?',
          'Is rest something you allow yourself?',
        ],
      },
    ],
  },
  {
    name: 'happy',
    words: '@happy happiness joy',
    rank: 8,
    rules: [
      {
        pattern: '* i @be not @happy *',
        answers: ['What is missing?', 'When were you last $3?'],
      },
      {
        pattern: '* i @be * @happy *',
        answers: [
          'That is good to hear. What made you $4?',
          'What do you do with that feeling?',
          'Who would you like to share it with?',
        ],
      },
      {
        pattern: '*',
        answers: ['What does happiness look like for you?', 'Does that feeling stay with you for long?'],
      },
    ],
  },
  {
    name: 'feel',
    words: 'feel feeling felt feels',
    rank: 6,
    rules: [
      {
        pattern: '* i feel like +',
        answers: [
          'What is it like, exactly: $2?',
          'When else have you felt like $2?',
          'What would you tell someone who felt like $2?',
        ],
      },
      {
        pattern: '* i feel +',
        answers: [
          'When did you begin to feel $2?',
          'Do you often feel $2?',
          'What happens in you when you feel $2?',
          'Who notices when you feel $2?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'Tell me more about that feeling.',
          'If that feeling could speak, what would it say?',
          'Do you trust that feeling?',
        ],
      },
    ],
  },
];
